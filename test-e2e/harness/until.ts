import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until the condition gives a truthy value and returns it. A condition that throws is not fulfilled yet.
 * Throws after `timeoutMs` (default 15,000) with `what` and the last thing seen.
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 15_000, everyMs = 30, what }: { timeoutMs?: number; everyMs?: number; what: string },
): Promise<Exclude<T, false | null | undefined | 0 | ''>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    let last: unknown;
    try {
      const value = await condition();
      if (value) return value as Exclude<T, false | null | undefined | 0 | ''>;
      last = value;
    } catch (error) {
      last = error;
    }
    if (Date.now() >= deadline) {
      const seen = last instanceof Error ? last.message : JSON.stringify(last);
      throw new Error(`waited ${timeoutMs} ms in vain until ${what}; last seen: ${seen}`, { cause: last });
    }
    await sleep(everyMs);
  }
}
