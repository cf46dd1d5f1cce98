import { accessSync, constants, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '@dispatch/core';

/** The absolute path of a folder that is there. Throws UsageError `not_a_folder`. */
export function requireFolderOption(cwd: string, value: string, option: string): string {
  const path = resolve(cwd, value);
  let isFolder = false;
  try {
    isFolder = statSync(path).isDirectory();
  } catch {
    // Missing, or not to be looked at: the same answer.
  }
  if (!isFolder)
    throw new UsageError('not_a_folder', `${option}: ${path} is no folder`, `Form: ${option} FOLDER`);
  return path;
}

/** The absolute path of a file that can be read. Throws UsageError `not_a_file`. */
export function requireFileOption(cwd: string, value: string, option: string): string {
  const path = resolve(cwd, value);
  try {
    accessSync(path, constants.R_OK);
    if (statSync(path).isFile()) return path;
  } catch {
    // Missing, or not to be read: the same answer.
  }
  throw new UsageError(
    'not_a_file',
    `${option}: ${path} is no file that can be read`,
    `Form: ${option} FILE`,
  );
}
