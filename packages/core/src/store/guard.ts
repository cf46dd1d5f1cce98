import { join } from 'node:path';
import { elapsedMs } from '../journal/clock.ts';
import type { Store } from './store.ts';

const staleMs = 15_000;
const patienceMs = 5000;

/**
 * Runs a short section that need not run twice at once. Safety never depends on it: a holder that was stopped may be
 * overtaken, and who waits too long goes on without.
 */
export async function withIndexGuard<T>(store: Store, section: () => T): Promise<T> {
  const release = await acquire(store);
  try {
    return section();
  } finally {
    await release();
  }
}

async function acquire(store: Store): Promise<() => Promise<void>> {
  const { lock } = await import('proper-lockfile');
  const end = elapsedMs() + patienceMs;
  for (;;) {
    try {
      return await lock(store.layout.index, {
        realpath: false,
        lockfilePath: join(store.layout.index, '.lock'),
        stale: staleMs,
        // The default throws in a timer, which would end the process.
        onCompromised: () => undefined,
      });
    } catch (error) {
      if (!isHeld(error) || elapsedMs() >= end) return async () => undefined;
      await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 30));
    }
  }
}

function isHeld(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ELOCKED';
}
