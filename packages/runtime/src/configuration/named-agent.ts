import { entryOf, placeOf, suggestName, UsageError, type AgentConfig } from '@dispatch/core';
import type { Surroundings } from '../dispatcher.ts';
import { dirname } from 'node:path';
import { configFor, configPlaces } from './load.ts';

/** An agent of the configuration under its name. */
export interface NamedAgent extends AgentConfig {
  name: string;
  /** Absolute: the file that says what it is; the path of a skill counts from its folder. */
  place: string;
  /** The folder of the store whose configuration that is, which a path of a skill must not lead out of; null: the user's. */
  of: string | null;
}

/** Throws UsageError `unknown_agent`, and what reading the configuration throws. */
export async function namedAgent(surroundings: Surroundings, name: string): Promise<NamedAgent> {
  const { config } = await configFor(surroundings);
  const agent = config === null ? null : entryOf(config.agents, name);
  if (config !== null && agent !== null)
    return { ...agent, name, ...placed(surroundings, placeOf(config, `agents.${name}`)) };
  const names = Object.keys(config?.agents ?? {});
  throw new UsageError(
    'unknown_agent',
    `${config?.path ?? surroundings.home.config_file} has no agent ${JSON.stringify(name)}`,
    names.length === 0
      ? 'Make one: dispatch config add-agent NAME. A program such as codex or claude is named with --backend.'
      : suggestName(name, names),
  );
}

/** What a repository brings along may be written by whoever works in it. */
function placed(surroundings: Surroundings, place: string): Pick<NamedAgent, 'place' | 'of'> {
  const { root } = configPlaces(surroundings);
  return { place, of: place === root ? dirname(dirname(root)) : null };
}
