/** Lines of a commit stand close together: an older nonce that comes again is met by nobody. */
const remembered = 4096;

/** The nonces of the last lines of a journal. */
export class Nonces {
  readonly #seen = new Set<string>();

  /** Whether it stood there before; it does from now on. */
  isRepeated(nonce: string): boolean {
    if (this.#seen.has(nonce)) return true;
    this.#seen.add(nonce);
    if (this.#seen.size > remembered) this.#seen.delete(this.#seen.values().next().value!);
    return false;
  }
}
