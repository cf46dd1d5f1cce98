import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepStores } from '../../scripts/test/keep-stores.mjs';

const folders = new Set<string>();

/**
 * A new folder below `DISPATCH_TEST_TMP` or the system's temporary folder, by its real path; `cleanUp` removes it.
 * codex's workspace-write sandbox may write all of /tmp: a test about confinement sets `DISPATCH_TEST_TMP` elsewhere.
 */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(
    join(realpathSync(process.env.DISPATCH_TEST_TMP ?? tmpdir()), `dispatch-test-${name}-`),
  );
  folders.add(folder);
  return folder;
}

/** The folders of this test that are not yet removed. */
export function temporaryFolders(): string[] {
  return [...folders];
}

/** Forgets the folders of this test and, unless `DISPATCH_KEEP=1`, removes them. */
export function removeTemporaryFolders(): void {
  for (const folder of folders) {
    keepStores(folder);
    if (process.env.DISPATCH_KEEP === '1') console.error(`kept: ${folder}`);
    // A process that is just dying may still write: rmSync tries again.
    else rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
  folders.clear();
}
