import { backendTypes } from '@dispatch/backends';
import {
  demandsOf,
  loadConfig,
  NotFoundError,
  parseConfig,
  readRootConfig,
  recordTrust,
  revokeTrust,
} from '@dispatch/core';
import type { Surroundings } from '../dispatcher.ts';
import { requireNoSandbox } from '../tasks/at-rest.ts';
import { configPlaces } from './load.ts';

/** A store's config that was accepted as it stands. */
export interface Trusted {
  /** Real path of the root's config. */
  path: string;
  sha256: string;
  /** What it may set from now on, in words; empty where it needs no trust. */
  allows: string[];
}

/**
 * Accepts the root's config as it stands: an edit of it has to be accepted anew. Throws NotFoundError `no_root_config`,
 * RefusedError `sandboxed`, UsageError `config_invalid`, EnvironmentError `config_unreadable`, StoreError.
 */
export async function trustRootConfig(surroundings: Surroundings): Promise<Trusted> {
  requireNoSandbox(surroundings, 'trusting a config');
  const places = configPlaces(surroundings);
  const { text, path, sha256 } = requireRootConfig(places.root);
  const { config: below } = await loadConfig({ ...places, root: null, cache: null }, backendTypes);
  const config = await parseConfig({ text, path: places.root, backendTypes, below });
  recordTrust(places.trusted, { path, sha256 });
  return { path, sha256, allows: demandsOf(config) };
}

/** Takes that back. Returns whether there was anything to take back. Throws NotFoundError `no_root_config`. */
export function distrustRootConfig(surroundings: Surroundings): { path: string; revoked: boolean } {
  const places = configPlaces(surroundings);
  const { path } = requireRootConfig(places.root);
  return { path, revoked: revokeTrust(places.trusted, path) };
}

function requireRootConfig(path: string) {
  const read = readRootConfig(path);
  if (read === null)
    throw new NotFoundError(
      'no_root_config',
      `there is no ${path}`,
      'Name the store that has one with --root.',
    );
  return read;
}
