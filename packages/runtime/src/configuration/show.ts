import { backendTypes } from '@dispatch/backends';
import { keysOf, NotFoundError, parseConfig, placeOf, readConfigText, type Config } from '@dispatch/core';
import type { Surroundings } from '../dispatcher.ts';
import { defaultMode, defaultSettings } from '../tasks/options.ts';
import { configFor, configPlaces } from './load.ts';

/** What is configured, as the original prints it, with our settings and where each value comes from. */
export interface ShownConfig extends Pick<
  Config,
  'default' | 'backends' | 'models' | 'aliases' | 'agents' | 'settings'
> {
  config_path: string;
  root_config_path: string;
  /** By `default`, `models.<name>`, `settings.<name>` and the like: a file, a variable, or `built in`. */
  origins: Record<string, string>;
}

/** Throws UsageError `config_invalid`, RefusedError `config_untrusted`, EnvironmentError `config_unreadable`. */
export async function showConfig(surroundings: Surroundings): Promise<ShownConfig> {
  const { config } = await configFor(surroundings);
  const { user, root } = configPlaces(surroundings);
  // Of an agent without a transcript silence tells nothing, so that its stall timeout is another.
  const builtIn = { execution_mode: defaultMode, ...defaultSettings('codex') };
  const { default: target = null, backends = {}, models = {}, aliases = {}, agents = {} } = config ?? {};
  const origins: Record<string, string> = {};
  for (const key of Object.keys(builtIn)) origins[`settings.${key}`] = 'built in';
  if (config !== null) for (const key of keysOf(config)) origins[key] = placeOf(config, key);
  return {
    config_path: user,
    root_config_path: root,
    default: target,
    backends,
    models,
    aliases,
    agents,
    settings: { ...builtIn, ...config?.settings },
    origins,
  };
}

/** Checks a file, or the user's config with that of the root over it. Throws what `loadConfig` throws. */
export async function validateConfig(
  surroundings: Surroundings,
  path: string | null,
): Promise<{ checked: string[] }> {
  const { user, root } = configPlaces(surroundings);
  if (path === null) {
    await configFor(surroundings);
    return { checked: [user, root].filter((one) => readConfigText(one) !== null) };
  }
  const text = readConfigText(path);
  if (text === null)
    throw new NotFoundError(
      'config_missing',
      `there is no ${path}`,
      'Name a file that is there, or none for what is configured here.',
    );
  await parseConfig({ text, path, backendTypes });
  return { checked: [path] };
}
