import { findBackend } from '@dispatch/backends';
import { execa } from 'execa';
import type { Surroundings } from '../dispatcher.ts';

const limitMs = 5000;

/** Asks the agent itself whether somebody is logged in; null where it does not say so in time. */
export async function isLoggedIn(
  type: string,
  executable: string,
  { environment, cwd }: Surroundings,
): Promise<boolean | null> {
  const probe = findBackend(type)?.probes.login;
  if (probe === null || probe === undefined) return null;
  const result = await execa(executable, [...probe.argv], {
    cwd,
    env: { ...environment },
    extendEnv: false,
    stdin: 'ignore',
    timeout: limitMs,
    reject: false,
  });
  if (result.timedOut || result.exitCode === undefined) return null;
  return probe.parse({ exit_code: result.exitCode, stdout: String(result.stdout ?? '') });
}
