import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Surroundings } from '../dispatcher.ts';
import type { ServicePlan } from './plan.ts';

const limitMs = 20_000;

/** By which each is talked to. */
export const programs = { systemd: 'systemctl', launchd: 'launchctl' } as const;

/** Has the manager take the unit as it stands now; returns why it did not, or null. */
export async function enableService(plan: ServicePlan, surroundings: Surroundings): Promise<string | null> {
  const tell = teller(plan, surroundings);
  if (plan.manager === 'systemd')
    // The first one needs a manager that runs; the other makes a link without one, too.
    return (await tell('--user', 'daemon-reload')) ?? (await tell('--user', 'enable', plan.name));
  const domain = `gui/${surroundings.machine.uid}`;
  // One that is loaded keeps its old text.
  await tell('bootout', `${domain}/${plan.name}`);
  return tell('bootstrap', domain, plan.path);
}

/** Has the manager forget the unit, which must still be there; returns why it did not, or null. */
export async function disableService(plan: ServicePlan, surroundings: Surroundings): Promise<string | null> {
  const tell = teller(plan, surroundings);
  if (plan.manager === 'systemd')
    // Stopped as long as the unit says that this ends no process: without the file, systemd would not know.
    return tell('--user', 'disable', '--now', plan.name);
  return tell('bootout', `gui/${surroundings.machine.uid}/${plan.name}`);
}

/** After a unit was removed. Who does not run has nothing to forget. */
export async function forgetService(plan: ServicePlan, surroundings: Surroundings): Promise<void> {
  if (plan.manager === 'systemd') await teller(plan, surroundings)('--user', 'daemon-reload');
}

/**
 * Whether systemd starts this user's services at boot, without a login, and keeps them after the last logout; null where
 * that is not systemd's to say.
 */
export function lingers({ manager }: ServicePlan): boolean | null {
  if (manager !== 'systemd') return null;
  try {
    return existsSync(join('/var/lib/systemd/linger', userInfo().username));
  } catch {
    // A user without a name.
    return null;
  }
}

/** Calls the manager's program; the answer is what it complained of, in one line, or null. */
function teller({ manager }: ServicePlan, { environment }: Surroundings) {
  return async (...args: string[]): Promise<string | null> => {
    const { execa } = await import('execa');
    const { failed, stderr, shortMessage } = await execa(programs[manager], args, {
      cwd: '/',
      env: { ...environment },
      extendEnv: false,
      stdin: 'ignore',
      timeout: limitMs,
      killSignal: 'SIGKILL',
      reject: false,
    });
    if (!failed) return null;
    const said = stderr.trim().replace(/\s+/g, ' ');
    return `${[programs[manager], ...args].join(' ')}: ${said === '' ? (shortMessage ?? 'it failed') : said}`;
  };
}
