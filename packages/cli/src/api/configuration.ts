import type { ConfigEdit } from '@dispatch/core';
import * as runtime from '@dispatch/runtime';
import type { BackendReport, Bootstrapped, Readiness, ShownConfig, Trusted } from '@dispatch/runtime';
import { resolve } from 'node:path';
import type { TrustTakenBack } from '../contract/configuration.ts';
import { surroundingsAt, type Here } from './here.ts';

/**
 * Whether a task could be started now, on which agent, and what stands in the way; nothing is started. Throws
 * UsageError `config_invalid`, RefusedError `config_untrusted`, EnvironmentError `config_unreadable`.
 *
 * @category Configuration
 */
export async function readiness(at: Here): Promise<Readiness> {
  return runtime.readiness(surroundingsAt(at));
}

/**
 * Every agent that is configured or built in, as it stands here: programs are asked for version and login. Throws as
 * {@link readiness} does.
 *
 * @category Configuration
 */
export async function reportBackends(at: Here): Promise<BackendReport[]> {
  return runtime.reportBackends(surroundingsAt(at));
}

/**
 * What is configured, and where each value comes from (`origins`). Throws as {@link readiness} does.
 *
 * @category Configuration
 */
export async function showConfig(at: Here): Promise<ShownConfig> {
  return runtime.showConfig(surroundingsAt(at));
}

/**
 * Where the user's config is, or would be, and that of the store, which lies over it. Absolute.
 *
 * @category Configuration
 */
export async function configPaths(at: Here): Promise<{ config_path: string; root_config_path: string }> {
  const { user, root } = runtime.configPlaces(surroundingsAt(at));
  return { config_path: user, root_config_path: root };
}

/**
 * Checks a file, or what is configured here; resolves with the files that were looked at. Throws NotFoundError
 * `config_missing` and what {@link readiness} throws.
 *
 * @category Configuration
 */
export async function validateConfig(
  at: Here,
  { path = null }: { path?: string | null } = {},
): Promise<{ checked: string[] }> {
  return runtime.validateConfig(surroundingsAt(at), path === null ? null : resolve(at.cwd, path));
}

/**
 * Writes the user's first config, from the agents that are installed. Throws RefusedError `config_exists`,
 * EnvironmentError `backend_missing`, StoreError.
 *
 * @category Configuration
 */
export async function bootstrapConfig(at: Here): Promise<Bootstrapped> {
  return runtime.bootstrapConfig(surroundingsAt(at));
}

/**
 * Makes one change in the user's config, whole or not at all; comments and what others change meanwhile stay. Throws
 * UsageError (`config_invalid`, `unknown_backend`, `unknown_model`, `unknown_alias`, `unknown_agent`,
 * `unknown_target`, `invalid_value`), RefusedError (`name_in_use`, `config_shared`), EnvironmentError `config_unreadable`, StoreError.
 *
 * @category Configuration
 *
 * @example
 * ```ts
 * import { changeConfig, here } from '@dispatch/cli';
 *
 * const mine = { name: 'mine', executable: 'my-agent', args: ['--quiet'], type: null };
 * await changeConfig(here(), { kind: 'add_backend', ...mine });
 * await changeConfig(here(), { kind: 'set_default', name: 'mine' });
 * ```
 */
export async function changeConfig(at: Here, edit: ConfigEdit): Promise<{ config_path: string }> {
  return runtime.changeConfig(surroundingsAt(at), edit);
}

/**
 * Accepts the store's config as it stands, so that it may decide what runs: the user's word, after reading it. Throws
 * NotFoundError `no_root_config`, RefusedError `sandboxed`, UsageError `config_invalid`, StoreError.
 *
 * @category Configuration
 */
export async function trustConfig(at: Here): Promise<Trusted> {
  return runtime.trustRootConfig(surroundingsAt(at));
}

/**
 * Takes that back; `revoked` says whether there was anything to take back. Throws NotFoundError `no_root_config`.
 *
 * @category Configuration
 */
export async function distrustConfig(at: Here): Promise<TrustTakenBack> {
  return runtime.distrustRootConfig(surroundingsAt(at));
}
