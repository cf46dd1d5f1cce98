import type { LookedAfter } from '@dispatch/runtime';

export interface PlanTemplate {
  kind: string;
  body: string;
}

export interface WrittenTemplate {
  kind: string;
  output_path: string;
  written: true;
}

export interface PromptText {
  whose: string;
  body: string;
}

export interface MadeStore {
  root: string;
  created: boolean;
  bootstrapped_config: boolean;
  /** With `--bootstrap-config`. */
  config_path?: string;
  /** With `--bootstrap-config`, where it made one. */
  default_target?: string;
}

export interface TaskFolder {
  path: string;
  opened: boolean;
}

export interface ExportedFile {
  output_path: string;
  bytes: number;
  /** Names of what is in it. */
  parts: string[];
  /** How many secrets were taken out. */
  removed: number;
}

/** What became of each store with `supervise --everywhere`. */
export interface SupervisedStores {
  stores: LookedAfter[];
}

/** What `supervise --install` would write. */
export interface UnitText {
  path: string;
  text: string;
}

/** Of `--version`. */
export interface VersionNumber {
  version: string;
}

export interface ProgramVersion {
  version: string;
  node_version: string;
  platform: string;
  arch: string;
  /** Absolute path of node. */
  node: string;
  /** Absolute path of dispatch. */
  program: string;
}

export interface HelpOnAll {
  commands: { command: string; form: string; category: string; description: string }[];
}

export interface HelpOnCommand {
  command: string;
  form: string;
  description: string;
  details: string;
  options: HelpOnOption[];
  /** What it is for, and the command. */
  examples: [string, string][];
}

export interface HelpOnOption {
  names: string[];
  takes_value: boolean;
  description: string;
}

/** What `dispatch mcp` serves to a host. */
export interface ServedToHosts {
  /** By name; the tool of a command bears its name. */
  tools: { name: string; title: string; description: string }[];
  /** Templates of addresses (RFC 6570). */
  resources: { uri: string; description: string }[];
  prompts: { name: string; description: string }[];
}
