import { lookOnLinux, entryOnLinux } from './linux-table.ts';
import { lookOnMacos, entryOnMacos } from './macos-table.ts';
import type { ProcessEntry } from './entry.ts';

/** The `DISPATCH_*` variables that a process was started with. */
export type EnvironmentLook =
  | { kind: 'read'; value: ReadonlyMap<string, string> }
  /** It belongs to somebody else, or has made itself private. */
  | { kind: 'unreadable' }
  /** A zombie, a process in the midst of `execve`, or one that was started with no variables. */
  | { kind: 'empty' };

/** All processes at one moment. What is asked by pid is read when first asked for, and only for pids of the look. */
export interface ProcessTable {
  readonly entries: ReadonlyMap<number, ProcessEntry>;
  environ(pid: number): EnvironmentLook;
  /** No environment but our own can be read on this system (macOS). */
  readonly environmentsHidden: boolean;
  /** Real uid; null if the process is gone. */
  uid(pid: number): number | null;
  /** Base name of the executable; null where it may not be read. */
  exe(pid: number): string | null;
  argv(pid: number): readonly string[];
  /** The command line for people, at most 200 characters. */
  command(pid: number): string;
  /** Asked of the kernel now (`kill(pid, 0)`): `gone` is a proof. */
  exists(pid: number): boolean;
  /** Asked of the kernel now (`kill(-pgid, 0)`); zombies count. */
  groupExists(pgid: number): boolean;
  /** The pid namespaces that processes are in. `complete` only if the link of every one of them could be read. */
  pidNamespaces(): { complete: boolean; named: ReadonlySet<string> };
}

/**
 * Looks at every process of this machine once, or at those of `only` where no other matters. Throws what reading /proc
 * throws; that is no proof of any death.
 */
export function lookAtProcesses(only: readonly number[] | null = null): ProcessTable {
  return process.platform === 'linux' ? lookOnLinux(only) : lookOnMacos();
}

/** One process as it is now; null if there is none of that number. */
export function lookAtProcess(pid: number): ProcessEntry | null {
  return process.platform === 'linux' ? entryOnLinux(pid) : entryOnMacos(pid);
}
