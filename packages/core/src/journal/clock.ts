/** Holds this thread for so long; for looks that must be a moment apart. */
export function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** Milliseconds by the monotonic clock, to be compared with one another. `performance` would cost a start 2.5 ms. */
export function elapsedMs(): number {
  return process.uptime() * 1000;
}
