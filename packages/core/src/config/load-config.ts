import { readFileSync } from 'node:fs';
import { EnvironmentError } from '../errors.ts';
import { cacheKey, readCachedConfig, writeCachedConfig } from './cached-config.ts';
import type { Config } from './config.ts';
import { parseConfig } from './parse-config.ts';

export interface LoadedConfig {
  /** Null where there is no file. */
  config: Config | null;
  /** Keeps it for the next reader; not called by what fails, which writes nothing. */
  remember(): void;
}

/**
 * The user's config, null where there is no such file.
 * Throws UsageError `config_invalid`, EnvironmentError `config_unreadable`.
 */
export async function loadConfig({
  path,
  backendTypes,
  cachePath,
}: {
  path: string;
  backendTypes: readonly string[];
  /** Where the checked config is kept for the next reader. */
  cachePath: string | null;
}): Promise<LoadedConfig> {
  // Taken before the text is read: what changes in between is read anew next time.
  const key = cachePath === null ? null : cacheKey(path, backendTypes);
  const cached = cachePath === null || key === null ? null : readCachedConfig(cachePath, key);
  if (cached !== null) return { config: cached, remember: () => undefined };
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { config: null, remember: () => undefined };
    const hint = 'Make it a file that you may read, or move it away to go on without a config.';
    throw new EnvironmentError('config_unreadable', `${path} cannot be read: ${message}`, hint, {
      cause: error,
    });
  }
  const config = await parseConfig({ text, path, backendTypes });
  const remember = (): void => {
    if (cachePath !== null && key !== null) writeCachedConfig(cachePath, key, config);
  };
  return { config, remember };
}
