import { basename } from 'node:path';
import { isLiving, isProcess, type ProcessEntry, type ProcessRef } from './entry.ts';
import { LAUNCHER_STEP, markedness, type MarkSought } from './mark.ts';
import type { ProcessTable } from './table.ts';

/** What the launcher calls itself in its argument list (`sh -c SCRIPT NAME …`). */
export const LAUNCHER_NAME = 'dispatch-launcher';

const INTERPRETERS =
  /^(node|nodejs|bun|deno|python[\d.]*|pypy[\d.]*|ruby|perl|sh|dash|bash|zsh|ksh|busybox)$/;

/** The agent's first process while it lives: the child of a living launcher, or the recorded one if it carries the mark. */
export function livingLeader(
  table: ProcessTable,
  sought: MarkSought & { leader: ProcessRef | null },
  launcher: ProcessRef | null,
): ProcessEntry | null {
  const { leader } = sought;
  for (const entry of table.entries.values()) {
    if (launcher !== null && entry.ppid === launcher.pid && isLiving(entry) && isAgent(table, entry.pid))
      return entry;
  }
  const recorded = leader === null ? undefined : table.entries.get(leader.pid);
  if (leader === null || recorded === undefined || !isProcess(recorded, leader) || !isLiving(recorded))
    return null;
  return markedness(table, recorded.pid, sought) === 'marked' ? recorded : null;
}

/** Of the launcher's children: neither one of its own steps nor one that has yet to become a program. */
function isAgent(table: ProcessTable, pid: number): boolean {
  if (table.argv(pid)[3] === LAUNCHER_NAME) return false;
  const environ = table.environ(pid);
  return environ.kind === 'unreadable' || (environ.kind === 'read' && !environ.value.has(LAUNCHER_STEP));
}

/** By the executable, the name it was started by, or the script that an interpreter runs. */
export function isOwnExecutable(table: ProcessTable, pid: number, names: readonly string[]): boolean {
  if (names.length === 0) return false;
  const exe = table.exe(pid);
  const [first, ...rest] = table.argv(pid);
  const called = first === undefined ? null : basename(first);
  const script = [exe, called].some((name) => name !== null && INTERPRETERS.test(name))
    ? rest.find((argument) => !argument.startsWith('-'))
    : undefined;
  return [exe, called, script === undefined ? null : basename(script)].some(
    (name) => name !== null && names.includes(name),
  );
}
