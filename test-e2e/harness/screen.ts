/** What a person sees of what was printed: as much of a terminal as dispatch and node's readline use of one. */
export class Screen {
  #rows: string[][] = [[]];
  #row = 0;
  #column = 0;
  #columns: number;
  #height: number;
  #rest = '';
  cursorVisible = true;

  constructor(columns: number, height: number) {
    this.#columns = columns;
    this.#height = height;
  }

  /** As a terminal that breaks nothing anew: lines keep their rows. */
  resize(columns: number, height: number): void {
    this.#columns = columns;
    this.#height = height;
  }

  /** Everything that is or was on the screen, scrolled off or not. */
  get lines(): string[] {
    return this.#rows.map((row) =>
      Array.from(row, (cell) => cell ?? ' ')
        .join('')
        .trimEnd(),
    );
  }

  print(chunk: string): void {
    const whole = this.#rest + chunk;
    // A sequence may be cut anywhere.
    const cut = unfinished.exec(whole)?.index ?? whole.length;
    this.#rest = whole.slice(cut);
    for (const [part, keys = '', final = ''] of whole.slice(0, cut).matchAll(pieces)) {
      if (final !== '') this.#control(keys, final);
      else if (part === '\r') this.#column = 0;
      else if (part === '\n') this.#down();
      else if (part === '\b') this.#column = Math.max(0, this.#column - 1);
      else if (!part.startsWith('\x1b') && part !== '\x07') this.#put(part);
    }
  }

  #put(character: string): void {
    if (this.#column >= this.#columns) {
      this.#down();
      this.#column = 0;
    }
    this.#current[this.#column] = character;
    this.#column += 1;
  }

  #down(): void {
    this.#row += 1;
    this.#rows[this.#row] ??= [];
  }

  get #current(): string[] {
    return (this.#rows[this.#row] ??= []);
  }

  #control(keys: string, final: string): void {
    const count = Number(keys.split(';')[0]) || 1;
    // What has scrolled off cannot be reached.
    const top = Math.max(0, this.#rows.length - this.#height);
    if (final === 'A') this.#row = Math.max(top, this.#row - count);
    if (final === 'B') this.#row = Math.min(this.#rows.length - 1, this.#row + count);
    if (final === 'C') this.#column = Math.min(this.#columns - 1, this.#column + count);
    if (final === 'D') this.#column = Math.max(0, this.#column - count);
    if (final === 'G') this.#column = count - 1;
    if (final === 'K' && keys === '2') this.#current.length = 0;
    if (final === 'K' && keys !== '2') this.#current.length = Math.min(this.#current.length, this.#column);
    if (final === 'J') {
      this.#current.length = Math.min(this.#current.length, this.#column);
      this.#rows.length = this.#row + 1;
    }
    if (keys === '?25') this.cursorVisible = final === 'h';
  }
}

// eslint-disable-next-line no-control-regex -- that is what a terminal is drawn with
const pieces = /\x1b\[([\d;?<>=]*)([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.|[^]/gu;
// eslint-disable-next-line no-control-regex -- likewise
const unfinished = /\x1b(?:\[[\d;?<>=]*|\][^\x07\x1b]*(?:\x1b)?)?$/;
