import { afterEach } from 'vitest';
import { killAll } from './processes.ts';
import { removeTemporaryFolders, temporaryFolders } from './temporary.ts';

/**
 * Kills whatever still runs for this test and removes its temporary folders (kept with `DISPATCH_KEEP=1`). A process
 * belongs to the test if its HOME, its DISPATCH_ROOT or its working directory is one of them.
 */
export async function cleanUp(): Promise<void> {
  const folders = temporaryFolders();
  const inside = (path = '') => folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
  if (folders.length > 0)
    await killAll(({ env, cwd }) => inside(env.HOME) || inside(env.DISPATCH_ROOT) || inside(cwd));
  removeTemporaryFolders();
}

/** Cleans up after each test of the file. Not for `test.concurrent`, whose neighbours would lose their processes. */
export function cleanUpAfterEach(): void {
  afterEach(cleanUp, 30_000);
}
