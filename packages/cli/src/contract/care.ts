import type { LookedAfter } from '@dispatch/runtime';

/** A plan to fill in. */
export interface PlanTemplate {
  kind: string;
  body: string;
}

/** The file that a plan to fill in was written to. */
export interface WrittenTemplate {
  kind: string;
  output_path: string;
  written: true;
}

/** What an agent is told. */
export interface PromptText {
  whose: string;
  body: string;
}

/** The store that `init` has made, or found. */
export interface MadeStore {
  root: string;
  created: boolean;
  bootstrapped_config: boolean;
  /** With `--bootstrap-config`. */
  config_path?: string;
  /** With `--bootstrap-config`, where it made one. */
  default_target?: string;
}

/** The folder of a task. */
export interface TaskFolder {
  path: string;
  opened: boolean;
}

/** What `export` has written. */
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

/** What runs: dispatch, node and the system. */
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

/** Every command in a line. */
export interface HelpOnAll {
  commands: { command: string; form: string; category: string; description: string }[];
}

/** Everything about one command. */
export interface HelpOnCommand {
  command: string;
  form: string;
  description: string;
  details: string;
  options: HelpOnOption[];
  /** What it is for, and the command. */
  examples: [string, string][];
}

/** An option of a command. */
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
