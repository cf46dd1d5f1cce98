import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { replaceFile } from '../disk/write.ts';
import type { Config } from './config.ts';

/** Changed whenever `Config` is. */
const cacheVersion = 3;

interface Cached {
  key: string;
  config: Config;
}

/** What tells one state of the files from every other, and one reader of them from another; null where none is there. */
export function cacheKey(paths: readonly string[], backendTypes: readonly string[]): string | null {
  const states = paths.flatMap((path) => stateOf(path) ?? []);
  return states.length === 0 ? null : [cacheVersion, ...backendTypes, ...states].join(' ');
}

/** Null where it is not there, which is no part of a key: two roots without a config share what is kept. */
function stateOf(path: string): string | null {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return [path, dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch {
    return null;
  }
}

/**
 * The checked config as it was last read from the files that `key` names, or null. Reading YAML costs a start 6 ms; the
 * cache lies in the user's home, and who can write it can write the user's config.
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
