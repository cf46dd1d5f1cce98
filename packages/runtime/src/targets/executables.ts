import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { EnvironmentError } from '@dispatch/core';

/** Absolute path of a program as a shell would find it, or null. A name with a slash is taken from `cwd`. */
export function findExecutable(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
  cwd: string,
): string | null {
  if (name.includes('/')) {
    const path = resolve(cwd, name);
    return isExecutable(path) ? path : null;
  }
  for (const folder of (environment['PATH'] ?? '').split(delimiter)) {
    if (folder === '' || !isAbsolute(folder)) continue;
    const path = join(folder, name);
    if (isExecutable(path)) return path;
  }
  return null;
}

function isExecutable(path: string): boolean {
  try {
    // Most folders of a PATH have no such file, and an error costs more than the look.
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** As `findExecutable`. Throws EnvironmentError `backend_missing`. */
export function requireExecutable(
  name: string,
  backend: string,
  environment: Readonly<Record<string, string | undefined>>,
  cwd: string,
): string {
  const path = findExecutable(name, environment, cwd);
  if (path === null)
    throw new EnvironmentError(
      'backend_missing',
      `the program of backend ${backend}, ${name}, is not there or cannot be executed`,
      `install it, or set backends.${backend}.executable in the configuration`,
    );
  return path;
}
