import { LAUNCHER_NAME } from '../processes/leader.ts';
import { MARK } from '../processes/mark.ts';
import { lookAtProcesses, type ProcessTable } from '../processes/table.ts';
import type { Sandbox } from './detect.ts';

/**
 * Whether a worker, or an agent of its, started this process; null where none is seen. For what agents start outside of
 * their own sandbox and hand no more than a few variables: so their processes are asked for the mark, up to the first.
 * Where a system hides environments, the launcher's name in the list of processes tells as much.
 */
export function attemptAbove(
  environment: Readonly<Record<string, string | undefined>>,
  parent: number = process.ppid,
  look: () => Pick<ProcessTable, 'entries' | 'environ' | 'argv'> = lookAtProcesses,
): Sandbox | null {
  if (environment[MARK]) return workersSandbox(`carries the mark of attempt ${environment[MARK]}`);
  const table = look();
  const seen = new Set<number>();
  for (let at = table.entries.get(parent); at !== undefined && !seen.has(at.pid);) {
    seen.add(at.pid);
    const environ = table.environ(at.pid);
    const mark = environ.kind === 'read' ? environ.value.get(MARK) : undefined;
    if (mark) return workersSandbox(`was started by process ${at.pid} of attempt ${mark}`);
    if (environ.kind !== 'read' && table.argv(at.pid).includes(LAUNCHER_NAME))
      return workersSandbox(`was started below the launcher ${at.pid} of an attempt`);
    at = table.entries.get(at.ppid);
  }
  return null;
}

function workersSandbox(what: string): Sandbox {
  return { kind: 'worker', evidence: `this server ${what}` };
}
