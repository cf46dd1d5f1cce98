import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { until } from './until.ts';

/** A living process, as /proc shows it. Zombies are none. */
export interface SeenProcess {
  pid: number;
  argv: string[];
  env: Record<string, string>;
  cwd: string;
}

/** Every living process of this machine whose environment may be read, but this one. */
export function livingProcesses(): SeenProcess[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => (Number(pid) === process.pid ? [] : (look(Number(pid)) ?? [])));
}

/** The living processes that carry the mark of any attempt of a task, or of any task without a task id. */
export function processesWithMark(taskId?: string): SeenProcess[] {
  return livingProcesses().filter(({ env }) =>
    env.DISPATCH_ATTEMPT?.startsWith(taskId === undefined ? '' : `${taskId}:`),
  );
}

/**
 * Kills every node process of dispatch that works for this root (the supervisor, commands), as a power cut would:
 * SIGKILL, again until none is left. With `launchers` also the `sh` launchers, though not their agents. Returns the pids.
 */
export async function killEverythingOfDispatch(
  root: string,
  { launchers = false }: { launchers?: boolean } = {},
): Promise<number[]> {
  return killAll((one) => worksFor(one, root) && (isDispatch(one) || (launchers && isLauncher(one))));
}

/** Kills the processes that `which` chooses, looking again until none is left; returns the pids. */
export async function killAll(which: (one: SeenProcess) => boolean): Promise<number[]> {
  const killed = new Set<number>();
  await until(
    () => {
      const left = livingProcesses().filter(which);
      for (const { pid } of left) {
        killed.add(pid);
        signal(pid, 'SIGKILL');
      }
      return left.length === 0;
    },
    { what: 'every process that was to be killed is gone' },
  );
  return [...killed];
}

/** Sends a signal; a process that is gone already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** A node process whose program is dispatch's: `node …/bin.cjs`, or its link in a `bin` folder. */
export function isDispatch({ argv }: SeenProcess): boolean {
  const isNode = /^(node|nodejs)\d*$/.test(basename(argv[0] ?? ''));
  const program = argv
    .slice(1)
    .find((argument) => !argument.startsWith('-') && /\.[cm]?js$|dispatch$/.test(argument));
  return isNode && program !== undefined && /(packages\/cli\/dist\/[^/]+|\/dispatch)$/.test(program);
}

/** The `sh` around an agent; it names itself in its first arguments. */
export function isLauncher({ argv }: SeenProcess): boolean {
  return argv.slice(0, 4).some((argument) => argument.includes('dispatch-launcher'));
}

function worksFor({ argv, env, cwd }: SeenProcess, root: string): boolean {
  if (env.DISPATCH_ROOT !== undefined) return env.DISPATCH_ROOT === root;
  if (argv.some((argument) => argument === root || argument === `--root=${root}`)) return true;
  return cwd === root || `${cwd}/.dispatch` === root;
}

function look(pid: number): SeenProcess | undefined {
  const argv = readList(`/proc/${pid}/cmdline`);
  if (argv === undefined || argv.length === 0 || isZombie(pid)) return undefined;
  const env: Record<string, string> = {};
  for (const line of readEnvironment(pid)) {
    const at = line.indexOf('=');
    if (at > 0) env[line.slice(0, at)] = line.slice(at + 1);
  }
  return { pid, argv, env, cwd: readLink(`/proc/${pid}/cwd`) };
}

/** Empty while a process is in `execve`: read again. */
function readEnvironment(pid: number): string[] {
  for (let tries = 0; tries < 5; tries += 1) {
    const lines = readList(`/proc/${pid}/environ`);
    if (lines === undefined) return [];
    if (lines.length > 0) return lines;
  }
  return [];
}

function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return 'ZX'.includes(stat.charAt(stat.lastIndexOf(')') + 2));
  } catch {
    return true;
  }
}

function readList(path: string): string[] | undefined {
  try {
    return readFileSync(path, 'utf8').split('\0').slice(0, -1);
  } catch {
    return undefined;
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
