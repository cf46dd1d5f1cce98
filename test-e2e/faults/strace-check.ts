import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultEnvironment, type LoggedCall, readLog } from './faults.ts';
import { parseTrace, tracedCalls, type TracedChange } from './strace-trace.ts';

export interface StraceCheck {
  exitCode: number | null;
  stderr: string;
  /** System calls below the roots by node processes that no counted call accounts for; empty when all is well. */
  missed: TracedChange[];
  /** Counted calls that came to no system call (node refused them); not a fault of the preload. */
  surplus: LoggedCall[];
  /** How many system calls were compared. */
  compared: number;
}

export interface StraceOptions {
  command: [string, ...string[]];
  /** Existing folders. */
  roots: string[];
  cwd: string;
  env?: NodeJS.ProcessEnv;
  /** Milliseconds after which the command is killed. */
  timeout?: number;
}

const kinds: Record<string, string> = {
  open: 'open',
  write: 'write',
  writev: 'write',
  rename: 'rename',
  link: 'link',
  symlink: 'symlink',
  unlink: 'unlink',
  rmdir: 'rmdir',
  mkdir: 'mkdir',
  mkdtemp: 'mkdir',
  ftruncate: 'truncate',
  utimes: 'utimes',
  lutimes: 'utimes',
  futimes: 'utimes',
  chmod: 'chmod',
  fchmod: 'chmod',
  chown: 'chown',
  lchown: 'chown',
  fchown: 'chown',
  fsync: 'sync',
  fdatasync: 'sync',
};

/** Whether strace is there and may trace. */
export function straceAvailable(): boolean {
  return (
    spawnSync('strace', ['-f', '-y', '-e', `trace=${tracedCalls}`, 'true'], { stdio: 'ignore' }).status === 0
  );
}

/** Runs a command under strace and the preload, and compares what the kernel saw with what the preload counted. */
export async function straceCheck(options: StraceOptions): Promise<StraceCheck | 'unavailable'> {
  if (!straceAvailable()) return 'unavailable';
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-strace-'));
  try {
    const log = join(folder, 'calls.jsonl');
    const trace = join(folder, 'trace');
    const roots = [...new Set(options.roots.flatMap((root) => [root, realpathSync(root)]))];
    const ended = await runTraced(options, trace, {
      ...faultEnvironment({ roots: options.roots, log }, options.env),
      // libuv can hand file calls to io_uring, where strace does not see them.
      UV_USE_IO_URING: '0',
    });
    const below = (path: string | undefined) =>
      path !== undefined && roots.some((root) => path === root || path.startsWith(`${root}/`));
    const changes = parseTrace(readFileSync(trace, 'utf8'), realpathSync(options.cwd)).filter(
      ({ path, path2 }) => below(path) || below(path2),
    );
    return { ...ended, ...compare(changes, readLog(log)), compared: changes.length };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runTraced(
  { command, cwd, timeout = 120_000 }: StraceOptions,
  trace: string,
  env: NodeJS.ProcessEnv,
) {
  const traced = [
    '-f',
    '-y',
    '-qq',
    '-s',
    '16',
    '-o',
    trace,
    '-e',
    `trace=${tracedCalls}`,
    '-e',
    'signal=none',
  ];
  const child = spawn('strace', [...traced, '--', ...command], {
    cwd,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout,
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise<{ exitCode: number | null; stderr: string }>((resolve, reject) => {
    child.on('error', reject);
    // strace ends when the last of the traced processes has, so the trace is whole.
    child.on('close', (exitCode) => resolve({ exitCode, stderr }));
  });
}

function compare(changes: TracedChange[], calls: LoggedCall[]) {
  const copied = new Set(
    calls.filter(({ call }) => call === 'copyFile').map(({ pid, path2 }) => `${pid} ${path2}`),
  );
  const counted = new Map<string, LoggedCall[]>();
  const prefixes: LoggedCall[] = [];
  for (const call of calls) {
    if (call.call === 'copyFile') continue;
    if (call.call === 'mkdtemp') {
      prefixes.push(call);
      continue;
    }
    const key = [call.pid, kinds[call.call], call.now ?? call.path, call.path2].join(' ');
    counted.set(key, [...(counted.get(key) ?? []), call]);
  }
  const missed: TracedChange[] = [];
  for (const change of changes) {
    const key = [change.pid, change.kind, change.path, change.path2].join(' ');
    if (counted.get(key)?.shift()) continue;
    // One copyFile is an open, a truncation, as many copies as the kernel likes, a chmod; in Node 24 owner and times too.
    const partOfCopy = ['open', 'truncate', 'write', 'copy', 'chmod', 'chown', 'utimes'].includes(
      change.kind,
    );
    if (partOfCopy && copied.has(`${change.pid} ${change.path}`)) continue;
    const made = change.kind === 'mkdir' ? prefixes.findIndex((call) => isMadeBy(call, change)) : -1;
    if (made >= 0) prefixes.splice(made, 1);
    else missed.push(change);
  }
  return { missed, surplus: [...counted.values(), prefixes].flat() };
}

function isMadeBy({ pid, path }: LoggedCall, change: TracedChange): boolean {
  return pid === change.pid && change.path.startsWith(path) && change.path.length === path.length + 6;
}
