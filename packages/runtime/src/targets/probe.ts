import type { Surroundings } from '../dispatcher.ts';

export interface ProbeAnswer {
  exit_code: number;
  stdout: string;
  stderr: string;
}

const limitMs = 10_000;
/** Nothing that is asked has a longer answer: who says more does something else. */
const limitBytes = 1024 * 1024;
/** What a program wrote before its end is in the pipe by then; who else holds the pipe open is not waited for. */
const drainMs = 100;

/**
 * Asks an agent's program a question that starts no task; null where it does not answer in time, says more than a
 * mebibyte, or cannot be started.
 * A process that the program leaves behind with its output is neither waited for nor ended.
 */
export async function probe(
  { environment, cwd }: Pick<Surroundings, 'environment' | 'cwd'>,
  executable: string,
  argv: readonly string[],
): Promise<ProbeAnswer | null> {
  const { execa } = await import('execa');
  const agent = execa(executable, [...argv], {
    cwd,
    env: { ...environment },
    extendEnv: false,
    stdin: 'ignore',
    timeout: limitMs,
    killSignal: 'SIGKILL',
    reject: false,
    buffer: false,
  });
  const said: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  let bytes = 0;
  for (const name of ['stdout', 'stderr'] as const)
    agent[name].on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limitBytes) said[name].push(chunk);
      else agent.kill('SIGKILL');
    });
  const exited = new Promise<void>((resolve) => {
    agent.once('exit', () => setTimeout(resolve, drainMs));
  });
  await Promise.race([agent, exited]);
  for (const name of ['stdout', 'stderr'] as const) agent[name].destroy();
  const { exitCode } = agent;
  if (exitCode === null || exitCode < 0 || bytes > limitBytes) return null;
  return {
    exit_code: exitCode,
    stdout: Buffer.concat(said.stdout).toString('utf8'),
    stderr: Buffer.concat(said.stderr).toString('utf8'),
  };
}
