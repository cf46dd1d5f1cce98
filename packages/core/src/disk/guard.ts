import { join } from 'node:path';
import { elapsedMs } from '../journal/clock.ts';

const staleMs = 15_000;
const patienceMs = 5000;

/**
 * Runs a short section that need not run twice at once, guarded by `.lock` in a folder. Safety never depends on it: a
 * holder that was stopped may be overtaken, and who waits too long goes on without.
 */
export async function withGuard<T>(folder: string, section: () => T | Promise<T>): Promise<T> {
  const release = await acquire(folder);
  try {
    return await section();
  } finally {
    await release();
  }
}

async function acquire(folder: string): Promise<() => Promise<void>> {
  const { lock } = await import('proper-lockfile');
  const end = elapsedMs() + patienceMs;
  for (;;) {
    try {
      return await lock(folder, {
        realpath: false,
        lockfilePath: join(folder, '.lock'),
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
