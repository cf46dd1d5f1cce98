import type { ProcessEntry } from '../../src/processes/entry.ts';
import type { EnvironmentLook, ProcessTable } from '../../src/processes/index.ts';

export interface Someone extends Partial<ProcessEntry> {
  pid: number;
  /** What `DISPATCH_*` variables it has, or why they are not known. */
  environ?: Record<string, string> | 'unreadable' | 'empty';
  uid?: number;
  argv?: readonly string[];
  exe?: string;
}

/** A table of processes that nobody has to start: what cannot be had as root, or on this machine. */
export function tableOf(
  everyone: readonly Someone[],
  namespaces: readonly string[] | null = null,
): ProcessTable {
  const found = new Map(everyone.map((someone) => [someone.pid, someone]));
  const entries = new Map(
    everyone.map((someone) => [
      someone.pid,
      {
        ppid: 1,
        pgid: someone.pid,
        sid: someone.pid,
        state: 'S',
        start_time: '1',
        comm: '?',
        threads: 1,
        kernel: false,
        ...someone,
      },
    ]),
  );
  const environ = (pid: number): EnvironmentLook => {
    const value = found.get(pid)?.environ ?? 'empty';
    return typeof value === 'string'
      ? { kind: value }
      : { kind: 'read', value: new Map(Object.entries(value)) };
  };
  return {
    entries,
    environ,
    environmentsHidden: false,
    uid: (pid) => found.get(pid)?.uid ?? 1000,
    exe: (pid) => found.get(pid)?.exe ?? null,
    argv: (pid) => found.get(pid)?.argv ?? [],
    command: (pid) => found.get(pid)?.argv?.join(' ') ?? '',
    exists: (pid) => found.has(pid),
    groupExists: (pgid) => [...entries.values()].some((entry) => entry.pgid === pgid),
    pidNamespaces: () => ({ complete: namespaces !== null, named: new Set(namespaces ?? []) }),
  };
}
