import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { replaceFile } from '../disk/write.ts';
import type { Config } from './config.ts';

/** Changed whenever `Config` is. */
const cacheVersion = 1;

interface Cached {
  key: string;
  config: Config;
}

/** What tells one state of a file from every other, and one reader of it from another. */
export function cacheKey(path: string, backendTypes: readonly string[]): string | null {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return [cacheVersion, path, ...backendTypes, dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch {
    return null;
  }
}

/**
 * The checked config as it was last read from the file that `key` names, or null. Reading YAML costs a start 6 ms; the
 * cache lies beside the file, and who can write the one can write the other.
 */
export function readCachedConfig(cachePath: string, key: string): Config | null {
  try {
    const cached = JSON.parse(readFileSync(cachePath, 'utf8')) as Partial<Cached>;
    return cached.key === key && cached.config !== undefined ? cached.config : null;
  } catch {
    return null;
  }
}

export function writeCachedConfig(cachePath: string, key: string, config: Config): void {
  try {
    mkdirSync(dirname(cachePath), { recursive: true, mode: 0o700 });
    replaceFile(cachePath, `${JSON.stringify({ key, config } satisfies Cached)}\n`, 'cached');
  } catch {
    // A cache.
  }
}
