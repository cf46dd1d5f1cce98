import type { AgentConfig } from '@dispatch/core';
import type { ShownConfig } from '@dispatch/runtime';

export interface ShownSettings extends Omit<ShownConfig, 'origins'> {
  /** With `--origin`: by key the file or variable that says it, or `built in`. */
  origins?: Record<string, string>;
}

export interface ValidConfig {
  valid: true;
  /** The files that were looked at. */
  checked: string[];
}

export interface AddedBackend {
  backend: string;
  executable: string;
  args: string[];
  type: string | null;
  config_path: string;
}

export interface AddedModel {
  model: string;
  backend: string;
  /** As the agent calls it; null: as it is named here. */
  scoped_model: string | null;
  config_path: string;
}

export interface AddedAlias {
  alias: string;
  model: string;
  prompt: string | null;
  config_path: string;
}

export interface AddedAgent extends AgentConfig {
  agent: string;
  config_path: string;
}

export interface TrustTakenBack {
  path: string;
  revoked: boolean;
}
