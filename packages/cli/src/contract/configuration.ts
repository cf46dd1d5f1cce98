import type { AgentConfig } from '@dispatch/core';
import type { ShownConfig } from '@dispatch/runtime';

/** What is configured. */
export interface ShownSettings extends Omit<ShownConfig, 'origins'> {
  /** With `--origin`: by key the file or variable that says it, or `built in`. */
  origins?: Record<string, string>;
}

/** Files of the configuration that were read without a mistake. */
export interface ValidConfig {
  valid: true;
  /** The files that were looked at. */
  checked: string[];
}

/** What `config add-backend` has written. */
export interface AddedBackend {
  backend: string;
  executable: string;
  args: string[];
  type: string | null;
  config_path: string;
}

/** What `config add-model` has written. */
export interface AddedModel {
  model: string;
  backend: string;
  /** As the agent calls it; null: as it is named here. */
  scoped_model: string | null;
  config_path: string;
}

/** What `config add-alias` has written. */
export interface AddedAlias {
  alias: string;
  model: string;
  prompt: string | null;
  config_path: string;
}

/** What `config add-agent` has written. */
export interface AddedAgent extends AgentConfig {
  agent: string;
  config_path: string;
}

/** A store's config that is accepted no more. */
export interface TrustTakenBack {
  path: string;
  revoked: boolean;
}
