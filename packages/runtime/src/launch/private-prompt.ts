import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createFile, EnvironmentError, newNonce, unlinkQuietly, type HomeLayout } from '@dispatch/core';

/**
 * Calls `open` with the path of a private copy that is gone afterwards: a descriptor of it reads exactly these bytes,
 * whatever a worker that is still running does below the root. Throws EnvironmentError `home_unwritable`.
 */
export function withPrivateCopy<T>(home: HomeLayout, bytes: Uint8Array, open: (path: string) => T): T {
  const path = join(home.runtime, `.prompt.${newNonce()}`);
  try {
    mkdirSync(home.runtime, { recursive: true, mode: 0o700 });
    createFile(path, bytes, 'cached', 0o400);
  } catch (error) {
    throw new EnvironmentError(
      'home_unwritable',
      `${home.runtime} cannot be written, where a prompt is handed to its agent`,
      'set DISPATCH_HOME to a folder of yours that can be written',
      { cause: error },
    );
  }
  try {
    return open(path);
  } finally {
    unlinkQuietly(path);
  }
}
