import type { ExecutionMode, Settings, TaskMode } from '../records/index.ts';

/** A backend under the user's own name. */
export interface BackendConfig {
  /** Null: the one that is found installed for the type. */
  executable: string | null;
  /** Passed to the executable besides what the type itself needs. */
  args: string[];
  type: string;
}

export interface ModelConfig {
  backend: string;
  /** As the agent itself calls it; null: the agent's own default. */
  model: string | null;
}

export interface AliasConfig {
  model: string;
  /** Put before the request of a task that is started under this alias. */
  prompt: string | null;
}

/** What `run --agent NAME` stands for; null is left to what was typed, else to the rest of the config. */
export interface AgentConfig {
  /** Both mean what `--backend` and `--model` mean. */
  backend: string | null;
  model: string | null;
  mode: TaskMode | null;
  execution_mode: ExecutionMode | null;
  /** The name of a skill, or a path that counts from the folder of the config. */
  skill: string | null;
  /** Put before the request, as the prompt of an alias. */
  guidance: string | null;
}

/** Only what the file sets. */
export type ConfiguredSettings = Partial<Settings & { execution_mode: ExecutionMode }>;

/** A `config.yaml`, or the user's with that of a root over it; checked: every name that points somewhere is there. */
export interface Config {
  path: string;
  /** Files other than `path`, by what they say: `default`, `models.<name>`, `settings.<name>` and the like. */
  elsewhere: Record<string, string>;
  /** An alias, else a model, else a backend. */
  default: string | null;
  backends: Record<string, BackendConfig>;
  models: Record<string, ModelConfig>;
  aliases: Record<string, AliasConfig>;
  agents: Record<string, AgentConfig>;
  settings: ConfiguredSettings;
}

/** The type of a backend that dispatch has no folder for. */
export const genericType = 'generic';

/** The entry of that name, never one that every object has. */
export function entryOf<T>(entries: Record<string, T>, name: string): T | null {
  return Object.hasOwn(entries, name) ? entries[name]! : null;
}
