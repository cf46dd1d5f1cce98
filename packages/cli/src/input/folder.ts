import { statSync } from 'node:fs';
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
