/** Named gates, closed at first; once open they stay open. */
export class Gates {
  readonly #open = new Set<string>();
  readonly #waiting = new Map<string, (() => void)[]>();

  open(gate: string): void {
    this.#open.add(gate);
    for (const pass of this.#waiting.get(gate) ?? []) pass();
    this.#waiting.delete(gate);
  }

  passed(gate: string): Promise<void> {
    if (this.#open.has(gate)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.set(gate, [...(this.#waiting.get(gate) ?? []), resolve]));
  }
}
