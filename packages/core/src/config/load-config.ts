import { readFileSync } from 'node:fs';
import { EnvironmentError } from '../errors.ts';
import type { Config } from './config.ts';
import { parseConfig } from './parse-config.ts';

/**
 * The user's config, null where there is no such file.
 * Throws UsageError `config_invalid`, EnvironmentError `config_unreadable`.
 */
export async function loadConfig({
  path,
  backendTypes,
}: {
  path: string;
  backendTypes: readonly string[];
}): Promise<Config | null> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    const hint = 'Make it a file that you may read, or move it away to go on without a config.';
    throw new EnvironmentError('config_unreadable', `${path} cannot be read: ${message}`, hint, {
      cause: error,
    });
  }
  return parseConfig({ text, path, backendTypes });
}
