import { backendTypes } from '@dispatch/backends';
import {
  environmentConfig,
  layoutOf,
  loadConfig,
  overlay,
  placeOf,
  suggestName,
  UsageError,
  wantedRoot,
  type Config,
  type ConfigPlaces,
  type LoadedConfig,
} from '@dispatch/core';
import type { Surroundings } from '../dispatcher.ts';

/** Where what is configured for these surroundings stands, or would. */
export function configPlaces({ home, ...wish }: Surroundings): ConfigPlaces & { root: string } {
  return {
    user: home.config_file,
    root: layoutOf(wantedRoot(wish)).config_file,
    trusted: home.trusted,
    cache: home.config_cache,
  };
}

/** What is configured: the environment over the root's file over the user's. Throws what `loadConfig` throws. */
export async function configFor(surroundings: Surroundings): Promise<LoadedConfig> {
  const { config: files, remember } = await loadConfig(configPlaces(surroundings), backendTypes);
  const above = environmentConfig(surroundings.environment);
  const config = overlay(files, above);
  if (above !== null && config !== null) requireDefault(config);
  return { config, remember };
}

/** Whether the configuration says whose model that is; any other name is one of the agent that gets it. */
export async function isConfiguredModel(surroundings: Surroundings, name: string): Promise<boolean> {
  const { config } = await configFor(surroundings);
  return config !== null && [config.aliases, config.models].some((names) => Object.hasOwn(names, name));
}

/** The files' own default is known to be there. */
function requireDefault(config: Config): void {
  const { default: name, aliases, models, backends } = config;
  const names = [aliases, models, backends].flatMap((entries) => Object.keys(entries)).concat(backendTypes);
  if (name !== null && !names.includes(name))
    throw new UsageError(
      'unknown_target',
      `${placeOf(config, 'default')} names ${JSON.stringify(name)}, which is not there`,
      suggestName(name, names),
    );
}
