import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { shellWord, type AskCommand } from '@dispatch/core';

/** A host agent into which dispatch can be put. */
export type HostName = 'pi' | 'claude-code' | 'codex';
export const hostNames: readonly HostName[] = ['pi', 'claude-code', 'codex'];

/** A file that is dispatch's as a whole. */
export interface OwnFile {
  path: string;
  text: string;
}

/** All that a host is given, wherever that stands now. Paths are absolute. */
export interface HostPlan {
  host: HostName;
  /** Where the host keeps what is the user's. */
  home: string;
  /** That of dispatch's own files; what is above it may be the user's. */
  folder: string;
  files: OwnFile[];
  /** A table in the host's own configuration; see `toml-table.ts`. */
  table: OwnFile | null;
  /** What the user does next, in one sentence. */
  next: string;
}

export interface HostSurroundings {
  environment: Readonly<Record<string, string | undefined>>;
  program: AskCommand;
}

/** Which variable says where a host keeps what is the user's, and where that is without it, below HOME. */
const homes: Readonly<Record<HostName, { variable: string; folder: string }>> = {
  pi: { variable: 'PI_CODING_AGENT_DIR', folder: '.pi/agent' },
  'claude-code': { variable: 'CLAUDE_CONFIG_DIR', folder: '.claude' },
  codex: { variable: 'CODEX_HOME', folder: '.codex' },
};

type Environment = HostSurroundings['environment'];

export function hostHome(host: HostName, environment: Environment): string {
  const { variable, folder } = homes[host];
  return resolve(environment[variable] || join(environment['HOME'] || homedir(), folder));
}

/** What is typed so that this very home is meant. */
export function integrateCommand(host: HostName, home: string, environment: Environment): string {
  const { variable } = homes[host];
  const isDefault = [environment, { ...environment, [variable]: undefined }].every(
    (one) => hostHome(host, one) === home,
  );
  return `${isDefault ? '' : `${variable}=${shellWord(home)} `}dispatch integrate ${host}`;
}

/** Whether what a host is given names node and the program: pi's extension finds them by PATH. */
export function namesProgram(host: HostName): boolean {
  return host !== 'pi';
}

/**
 * Names the program by its paths in a skill, of whose section on the host the heading begins with `In`: a host that
 * was started from a desktop, or an agent's login shell, has another PATH.
 */
export function namingProgram(skill: string, { program }: HostSurroundings): string {
  const typed = `${shellWord(program.node)} ${shellWord(program.program)}`;
  return skill.replace(
    /^## In .+$/m,
    (heading) => `${heading}\n\nWhat you type as \`dispatch\` is \`${typed}\`.`,
  );
}
