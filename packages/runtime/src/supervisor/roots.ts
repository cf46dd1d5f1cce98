import { appendLine, EnvironmentError, readLines, type HomeLayout } from '@dispatch/core';

/** Real paths of the roots that this user has typed a command for, one a line. */
export function knownRoots(home: HomeLayout): string[] {
  return readLines(home.roots);
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
    appendLine(home.roots, root);
  } catch (error) {
    throw new EnvironmentError(
      'home_unwritable',
      `${home.home}, where dispatch keeps what is yours, cannot be written`,
      'set DISPATCH_HOME to a folder of yours that can be written',
      { cause: error },
    );
  }
}
