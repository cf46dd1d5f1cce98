import type { Surroundings } from '../dispatcher.ts';

export interface ProbeAnswer {
  exit_code: number;
  stdout: string;
  stderr: string;
}

const limitMs = 10_000;

/** Asks an agent's program a question that starts no task; null where it does not answer in time or cannot be started. */
export async function probe(
  { environment, cwd }: Pick<Surroundings, 'environment' | 'cwd'>,
  executable: string,
  argv: readonly string[],
): Promise<ProbeAnswer | null> {
  const { execa } = await import('./execa.ts');
  const result = await execa(executable, [...argv], {
    cwd,
    env: { ...environment },
    extendEnv: false,
    stdin: 'ignore',
    timeout: limitMs,
    reject: false,
  });
  if (result.timedOut || result.exitCode === undefined) return null;
  return {
    exit_code: result.exitCode,
    stdout: String(result.stdout ?? ''),
    stderr: String(result.stderr ?? ''),
  };
}
