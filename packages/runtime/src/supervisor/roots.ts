import { closeSync, constants, fdatasyncSync, realpathSync } from 'node:fs';
import {
  ensureFolders,
  EnvironmentError,
  fsyncFolder,
  openRegular,
  readRegular,
  writeWhole,
  type HomeLayout,
} from '@dispatch/core';

/** Real paths of the roots that this user has typed a command for, one a line. */
export function knownRoots(home: HomeLayout): string[] {
  const text = readRegular(home.roots)?.toString('utf8') ?? '';
  return text.split('\n').filter((line) => line !== '');
}

export function knowsRoot(home: HomeLayout, root: string): boolean {
  return knownRoots(home).includes(root);
}

/**
 * Durable before this returns: after a power cut only a root that its user knows is looked after. Throws
 * EnvironmentError `home_unwritable`.
 */
export function registerRoot(home: HomeLayout, root: string): void {
  if (knowsRoot(home, root)) return;
  try {
    ensureFolders(home.home);
    const fd = openRegular(home.roots, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT);
    try {
      // What a crash left of a line before must not become a part of this one.
      writeWhole(fd, Buffer.from(`\n${root}\n`), home.roots);
      fdatasyncSync(fd);
    } finally {
      closeSync(fd);
    }
    fsyncFolder(realpathSync(home.home));
  } catch (error) {
    throw new EnvironmentError(
      'home_unwritable',
      `${home.home}, where dispatch keeps what is yours, cannot be written`,
      'set DISPATCH_HOME to a folder of yours that can be written',
      { cause: error },
    );
  }
}
