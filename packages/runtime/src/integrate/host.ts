import { homedir } from 'node:os';
import type { AskCommand } from '@dispatch/core';

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

export function userHomeOf({ environment }: HostSurroundings): string {
  return environment['HOME'] || homedir();
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

export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
