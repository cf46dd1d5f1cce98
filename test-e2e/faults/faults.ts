import { readFileSync } from 'node:fs';

const preload = new URL('./preload.mjs', import.meta.url).href;

export interface Faults {
  /** Folders whose calls are counted; name the folder that holds a store, so that the store's own making is seen. */
  roots: string[];
  /** The call, counted from 1 in each process, that the fault meets. Left out, calls are only counted. */
  at?: number;
  mode?: 'kill_before' | 'kill_after' | 'kill_short' | 'fail' | 'short';
  /** For `fail`; ENOSPC unless told. */
  errno?: string;
  /** A file outside of the roots that gets a line for each counted call. */
  log?: string;
  /** A folder outside of the roots that gets the calls with their bytes, for `power-loss.ts`. */
  record?: string;
  /** Part of the argv of the processes to count in; others run untouched (but are recorded). */
  process?: string;
  /** A file that the faulted process makes first, so that a restarted one is not met again. */
  once?: string;
}

/** The environment under which a node process, and the node processes that it starts, have these faults. */
export function faultEnvironment(faults: Faults, base: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(base)) {
    if (!name.startsWith('DISPATCH_FAULT_')) environment[name] = value;
  }
  const settings = {
    ROOTS: faults.roots.join(':'),
    AT: faults.at?.toString(),
    MODE: faults.mode,
    ERRNO: faults.errno,
    LOG: faults.log,
    RECORD: faults.record,
    PROCESS: faults.process,
    ONCE: faults.once,
  };
  for (const [name, value] of Object.entries(settings)) {
    if (value !== undefined) environment[`DISPATCH_FAULT_${name}`] = value;
  }
  environment.NODE_OPTIONS = [base.NODE_OPTIONS, `--import=${preload}`].filter(Boolean).join(' ');
  return environment;
}

/** One counted call, written before the call was made. */
export interface LoggedCall {
  /** From 1, in each process (and thread) for itself. */
  n: number;
  pid: number;
  call: string;
  /** Absolute; for calls on a descriptor what that was opened with. For mkdtemp the prefix, for copyFile the source. */
  path: string;
  path2?: string;
  /** The file's present name, where it is no more the one that it was opened with. */
  now?: string;
  bytes?: number;
  flags?: number;
  fd?: number;
  thread?: number;
}

/** The calls of a log in the order in which they began; an empty list where no process wrote one. */
export function readLog(file: string): LoggedCall[] {
  return linesOf(file).map((line) => JSON.parse(line) as LoggedCall);
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
