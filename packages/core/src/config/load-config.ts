import { readFileSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { sha256 } from '../disk/hash.ts';
import { isMissing, readRegular } from '../disk/open.ts';
import { EnvironmentError, RefusedError } from '../errors.ts';
import { cacheKey, readCachedConfig, writeCachedConfig } from './cached-config.ts';
import type { Config } from './config.ts';
import { demandsOf, overlay } from './overlay.ts';
import { parseConfig } from './parse-config.ts';
import { isTrusted, type TrustedText } from './trust.ts';

export interface LoadedConfig {
  /** Null where there is no file. */
  config: Config | null;
  /** Keeps it for the next reader; not called by what fails, which writes nothing. */
  remember(): void;
}

export interface ConfigPlaces {
  /** The user's own. */
  user: string;
  /** That of the root, which may have come with a repository; null where it does not matter. */
  root: string | null;
  /** The list of the root configs that the user has accepted. */
  trusted: string;
  /** Where the checked config is kept for the next reader; null: nowhere. */
  cache: string | null;
}

/**
 * The user's config with the root's over it, null where there is neither.
 * Throws UsageError `config_invalid`, RefusedError `config_untrusted`, EnvironmentError `config_unreadable`.
 */
export async function loadConfig(
  places: ConfigPlaces,
  backendTypes: readonly string[],
): Promise<LoadedConfig> {
  const { user: path, root, trusted, cache } = places;
  // Taken before the text is read: what changes in between is read anew next time.
  const key =
    cache === null ? null : cacheKey([path, ...(root === null ? [] : [root]), trusted], backendTypes);
  const cached = cache === null || key === null ? null : readCachedConfig(cache, key);
  if (cached !== null) return { config: cached, remember: () => undefined };
  const text = readConfigText(path);
  const user = text === null ? null : await parseConfig({ text, path, backendTypes });
  const over = root === null ? null : await loadRootConfig({ ...places, root }, backendTypes, user);
  const config = overlay(user, over);
  const remember = (): void => {
    if (cache !== null && key !== null && config !== null) writeCachedConfig(cache, key, config);
  };
  return { config, remember };
}

async function loadRootConfig(
  { user: userPath, trusted, root: path }: ConfigPlaces & { root: string },
  backendTypes: readonly string[],
  below: Config | null,
): Promise<Config | null> {
  const read = readRootConfig(path);
  if (read === null || isSameFile(userPath, path)) return null;
  const config = await parseConfig({ text: read.text, path, backendTypes, below });
  const demands = demandsOf(config);
  if (demands.length > 0 && !isTrusted(trusted, read))
    throw new RefusedError(
      'config_untrusted',
      `${path}, which is no file of yours alone, wants to set ${demands.join('; ')}`,
      'Read it. If that is what you want, type `dispatch trust`; else take it out of the file.',
    );
  return config;
}

/** The text of a root's config, and what it is trusted by; null where there is none. Throws EnvironmentError. */
export function readRootConfig(path: string): (TrustedText & { text: string }) | null {
  try {
    const bytes = readRegular(path);
    if (bytes === null) return null;
    return { path: realpathSync(path), sha256: sha256(bytes), text: bytes.toString('utf8') };
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Null where there is no such file. Throws EnvironmentError `config_unreadable`. */
export function readConfigText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): EnvironmentError {
  const message = error instanceof Error ? error.message : String(error);
  const hint = 'Make it a file that you may read, or move it away to go on without a config.';
  return new EnvironmentError('config_unreadable', `${path} cannot be read: ${message}`, hint, {
    cause: error,
  });
}

/** A home may be a root as well: its config is the user's then. */
function isSameFile(one: string, other: string): boolean {
  try {
    return realpathSync(dirname(one)) === realpathSync(dirname(other));
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
