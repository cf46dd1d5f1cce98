import { rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { EnvironmentError, RefusedError } from '@dispatch/core';

/**
 * Writes a file that an option names; returns its absolute path. Throws RefusedError `file_exists` where one is there
 * and `force` is not given, EnvironmentError `file_unwritable`.
 */
export function writeTextOption(
  cwd: string,
  value: string,
  option: string,
  { text, force, mode = 0o644 }: { text: string; force: boolean; mode?: number },
): string {
  const path = resolve(cwd, value);
  try {
    if (force) rmSync(path, { force: true });
    writeFileSync(path, text, { flag: 'wx', mode });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw new RefusedError(
        'file_exists',
        `${option}: ${path} is there already`,
        'Name another, or add --force.',
      );
    throw new EnvironmentError(
      'file_unwritable',
      `${option}: ${path} cannot be written: ${message}`,
      `Form: ${option} FILE`,
      { cause: error },
    );
  }
  return path;
}
