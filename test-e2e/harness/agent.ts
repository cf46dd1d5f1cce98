import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temporary.ts';

/** What one run of an agent left. */
export interface AgentRun {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** As it was written. */
  stdout: string;
  /** The lines of stdout, parsed. */
  events: AgentEvent[];
  stderr: string;
}

/** One line of an agent's event stream; every field but the type depends on the type. */
export interface AgentEvent {
  type: string;
  [field: string]: unknown;
}

/**
 * Runs an agent without dispatch, as dispatch starts it: stdin, stdout and stderr are files, the process leads a
 * group of its own. Once `interrupt.when()` resolves, the group gets that signal. Rejects after `timeoutMs` (default
 * 60,000), having killed the group.
 */
export async function runAgent(
  program: string,
  args: string[],
  {
    cwd,
    env,
    prompt,
    timeoutMs = 60_000,
    interrupt,
  }: {
    cwd: string;
    env: Record<string, string>;
    prompt: string;
    timeoutMs?: number;
    interrupt?: { signal: NodeJS.Signals; when(): Promise<unknown> } | undefined;
  },
): Promise<AgentRun> {
  const folder = temporaryFolder('agent');
  const [input, output, errors] = ['prompt.md', 'stdout.jsonl', 'stderr.txt'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  writeFileSync(input, prompt);
  const files = [openSync(input, 'r'), openSync(output, 'a'), openSync(errors, 'a')];
  const child = spawn(join(env.HOME ?? '', 'bin', program), args, { cwd, env, stdio: files, detached: true });
  files.forEach(closeSync);
  const end = await new Promise<Pick<AgentRun, 'exitCode' | 'signal'>>((resolve, reject) => {
    const limit = setTimeout(() => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      reject(
        new Error(`${program} did not end: ${readFileSync(output, 'utf8')}${readFileSync(errors, 'utf8')}`),
      );
    }, timeoutMs);
    child.on('error', reject);
    interrupt?.when().then(() => process.kill(-child.pid!, interrupt.signal), reject);
    child.on('exit', (exitCode, signal) => {
      clearTimeout(limit);
      resolve({ exitCode, signal });
    });
  });
  const stdout = readFileSync(output, 'utf8');
  const lines = stdout.split('\n').filter(Boolean);
  return {
    ...end,
    stdout,
    events: lines.map((line) => JSON.parse(line) as AgentEvent),
    stderr: readFileSync(errors, 'utf8'),
  };
}
