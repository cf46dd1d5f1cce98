import { constants, closeSync, mkdirSync } from 'node:fs';
import { EnvironmentError, openRegular, readRegular, writeWhole, type HomeLayout } from '@dispatch/core';

/** Real paths of the roots that this user has typed a command for, one a line. */
export function knownRoots(home: HomeLayout): string[] {
  const text = readRegular(home.roots)?.toString('utf8') ?? '';
  return text.split('\n').filter((line) => line !== '');
}

export function knowsRoot(home: HomeLayout, root: string): boolean {
  return knownRoots(home).includes(root);
}

/** Throws EnvironmentError `home_unwritable`. */
export function registerRoot(home: HomeLayout, root: string): void {
  if (knowsRoot(home, root)) return;
  try {
    mkdirSync(home.home, { recursive: true, mode: 0o700 });
    const fd = openRegular(home.roots, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT);
    try {
      writeWhole(fd, Buffer.from(`${root}\n`), home.roots);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw new EnvironmentError(
      'home_unwritable',
      `${home.home}, where dispatch keeps what is yours, cannot be written`,
      'set DISPATCH_HOME to a folder of yours that can be written',
      { cause: error },
    );
  }
}
