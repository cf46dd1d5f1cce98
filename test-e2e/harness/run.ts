import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';

/** What a process that ended left behind. */
export interface Ended {
  /** Null if a signal ended it. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** Milliseconds from the start to the end. */
  tookMs: number;
  /** Parses stdout as one JSON value; the error of an unparsable one shows all that was printed. */
  json<T = unknown>(): T;
}

export interface Started {
  pid: number;
  child: ChildProcess;
  /** What it printed so far. */
  printed(): { stdout: string; stderr: string };
  ended: Promise<Ended>;
}

export interface RunOptions {
  cwd: string;
  env: Record<string, string>;
  /** For stdin, which is at its end at once without it. */
  input?: string;
  /** Kills the process and fails after this time; default 60,000. */
  timeoutMs?: number;
}

/** Starts a program with pipes. It fails where a process that it left behind keeps its output open. */
export function startProgram(program: string, args: string[], options: RunOptions): Started {
  const { cwd, env, input, timeoutMs = 60_000 } = options;
  const begun = Date.now();
  const child = spawn(program, args, {
    cwd,
    env,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  // A program may end without reading its input.
  child.stdin?.on('error', () => undefined).end(input);
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
  const printed = () => ({ stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() });
  const ended = new Promise<Ended>((resolve, reject) => {
    const fail = (why: string) => {
      child.kill('SIGKILL');
      child.stdout?.destroy();
      child.stderr?.destroy();
      const { stdout, stderr } = printed();
      reject(new Error(`${[program, ...args].join(' ')} ${why}\nstdout: ${stdout}\nstderr: ${stderr}`));
    };
    const limit = setTimeout(() => fail(`did not end within ${timeoutMs} ms`), timeoutMs);
    let drain: NodeJS.Timeout | undefined;
    child.on('error', reject);
    child.on(
      'exit',
      () => (drain = setTimeout(() => fail('ended, but another process holds its output open'), 3000)),
    );
    child.on('close', (exitCode, signal) => {
      clearTimeout(limit);
      clearTimeout(drain);
      resolve({ exitCode, signal, ...printed(), tookMs: Date.now() - begun, json: () => parse(printed()) });
    });
  });
  // Whoever kills the child by design need not wait for its end.
  ended.catch(() => undefined);
  return { pid: child.pid ?? -1, child, printed, ended };
}

function parse<T>({ stdout, stderr }: { stdout: string; stderr: string }): T {
  try {
    return JSON.parse(stdout) as T;
  } catch (error) {
    throw new Error(`stdout is no JSON: ${stdout}\nstderr: ${stderr}`, { cause: error });
  }
}
