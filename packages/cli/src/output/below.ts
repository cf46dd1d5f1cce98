import type { Outside } from '../context.ts';

const hide = '\x1b[?25l';
const show = '\x1b[?25h';
const clear = '\r\x1b[J';

/**
 * Lines below everything that is written, drawn in place. The cursor rests, hidden, at their beginning: they are written
 * over without a count of rows, which a terminal changes with its size, and what is written meanwhile takes their place.
 */
export class Below {
  readonly #write: (bytes: string) => void;
  readonly #stays: boolean;
  readonly #release: () => void;
  #lines: readonly string[] = [];
  #hidden = false;
  #open = true;

  /** `stays`: what is there at the end is left on the screen. */
  constructor(
    { onLeave }: Pick<Outside, 'onLeave'>,
    { stays, write }: { stays: boolean; write(bytes: string): void },
  ) {
    this.#write = write;
    this.#stays = stays;
    this.#release = onLeave(
      () => write(this.#left()),
      () => write(this.#drawn()),
    );
  }

  /** Puts these lines there, each no wider than the terminal, all of them no higher. */
  show(lines: readonly string[]): void {
    if (!this.#open || same(lines, this.#lines)) return;
    const bytes = frame(lines);
    this.#lines = lines;
    const before = this.#hidden ? '' : hide;
    this.#hidden = true;
    this.#write(`${before}${bytes}`);
  }

  /** Draws all of it again, for a terminal of another size. */
  redraw(lines: readonly string[]): void {
    if (!this.#open) return;
    this.#write(clear);
    this.#lines = [];
    this.show(lines);
  }

  /** What is to be written instead of whole lines, so that they stand above. */
  around(bytes: string): string {
    if (this.#lines.length === 0) return bytes;
    return `${clear}${bytes}${frame(this.#lines)}`;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#release();
    this.#write(this.#left());
    this.#lines = [];
    this.#hidden = false;
  }

  /** The terminal as a shell wants it back. */
  #left(): string {
    if (!this.#hidden) return '';
    const text = this.#stays ? this.#lines.map((line) => `${line}\r\n`).join('') : '';
    return `${clear}${text}${show}`;
  }

  #drawn(): string {
    return this.#hidden ? `${hide}${frame(this.#lines)}` : '';
  }
}

/** Lines over whatever stands from the cursor's line on, and the cursor back to the beginning of the first. */
export function frame(lines: readonly string[]): string {
  // Erased before it is written: a line that fills the terminal has the cursor on its last column.
  const drawn = lines.map((line, at) => `${at === lines.length - 1 ? '\x1b[J' : '\x1b[2K'}${line}`);
  const up = lines.length > 1 ? `\x1b[${lines.length - 1}A` : '';
  return lines.length === 0 ? clear : `\r${drawn.join('\r\n')}\r${up}`;
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, at) => line === other[at]);
}
