/** A timer of node cannot be set further: it would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/** Aborts its signal when a time is over (never, where that is null), or another signal is aborted. */
export class TimeLimit {
  readonly signal: AbortSignal;
  isOver = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number | null, other: AbortSignal) {
    const controller = new AbortController();
    this.signal = AbortSignal.any([other, controller.signal]);
    if (ms !== null) this.#wait(ms, controller);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }

  #wait(ms: number, controller: AbortController): void {
    const step = Math.min(ms, longestTimerMs);
    this.#timer = setTimeout(() => {
      if (ms > step) return this.#wait(ms - step, controller);
      this.isOver = true;
      controller.abort();
    }, step);
  }
}
