/** Lines longer than this are passed over, in bytes. */
export const maxLineBytes = 16 * 1024 * 1024;

/** Of a line that is passed over so much of its beginning is still shown, in bytes. */
const headBytes = 64;

const newline = 0x0a;

export interface LineVisitor {
  /** `bytes.subarray(start, end)` is the line without its newline, valid during the call only. */
  line(bytes: Buffer, start: number, end: number, position: number): void;
  tooLong(position: number, length: number, head: Buffer): void;
}

/** Cuts a stream of bytes at newlines only (U+2028 is text to every agent) and knows where each line began. */
export class LineSplitter {
  readonly #visitor: LineVisitor;
  #position: number;
  #held = Buffer.alloc(0);
  #length = 0;

  /** `position` is the offset of the first byte to be pushed. */
  constructor(visitor: LineVisitor, position: number) {
    this.#visitor = visitor;
    this.#position = position;
  }

  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    if (this.#length > 0) {
      const end = bytes.indexOf(newline);
      this.#hold(bytes, 0, end === -1 ? bytes.length : end);
      if (end === -1) return;
      this.#flush(1);
      start = end + 1;
    }
    const visitor = this.#visitor;
    const base = this.#position - start;
    for (;;) {
      const end = bytes.indexOf(newline, start);
      if (end === -1) break;
      if (end - start > maxLineBytes)
        visitor.tooLong(base + start, end - start, bytes.subarray(start, start + headBytes));
      else visitor.line(bytes, start, end, base + start);
      start = end + 1;
    }
    this.#position = base + start;
    this.#hold(bytes, start, bytes.length);
  }

  /** Takes what has no newline as the last line. */
  end(): void {
    if (this.#length > 0) this.#flush(0);
  }

  #flush(newlines: number): void {
    const length = this.#length;
    const position = this.#position;
    const held = this.#held;
    this.#length = 0;
    this.#position += length + newlines;
    if (held.length > 64 * 1024) this.#held = Buffer.alloc(0);
    if (length > maxLineBytes) this.#visitor.tooLong(position, length, held.subarray(0, headBytes));
    else this.#visitor.line(held, 0, length, position);
  }

  /** Copies, since a reader may use its buffer again; of a line that is too long only its head and length are kept. */
  #hold(bytes: Buffer, start: number, end: number): void {
    const length = this.#length + (end - start);
    if (length > maxLineBytes) {
      const known = this.#held.subarray(0, Math.min(this.#length, headBytes));
      if (this.#length <= maxLineBytes)
        this.#held = Buffer.concat([known, bytes.subarray(start, start + headBytes - known.length)]);
    } else if (end > start) {
      if (length > this.#held.length) {
        const grown = Buffer.allocUnsafe(Math.min(maxLineBytes, Math.max(4096, length * 2)));
        this.#held.copy(grown, 0, 0, this.#length);
        this.#held = grown;
      }
      bytes.copy(this.#held, this.#length, start, end);
    }
    this.#length = length;
  }
}
