import type { Surroundings } from '../dispatcher.ts';
import { disableService, enableService, forgetService, lingers, programs } from './manager.ts';
import { noServiceManager, planService, requireService } from './plan.ts';
import { isLinked, linkUnit, readUnit, removeUnit, writeUnit, type Written } from './unit-file.ts';

/** What became of the service that was installed. */
export interface Installed {
  manager: 'systemd' | 'launchd';
  path: string;
  written: Written;
  /** Why the manager that runs now does not know of it yet; null where it does. */
  manager_error: string | null;
  /** Of systemd: whether it runs at boot, not only at a login. */
  lingers: boolean | null;
}

/** Whether a program is on the user's PATH. */
export type Finder = (program: string) => boolean;

/** See `installService`. */
export async function install(surroundings: Surroundings, finds: Finder): Promise<Installed> {
  const plan = requireService(surroundings);
  if (!finds(programs[plan.manager]))
    throw noServiceManager(surroundings, `there is no ${programs[plan.manager]} on your PATH`);
  // Before anything is written.
  isLinked(plan);
  const written = writeUnit(plan);
  const refused = await enableService(plan, surroundings);
  // Whoever starts later finds the link.
  linkUnit(plan);
  return {
    manager: plan.manager,
    path: plan.path,
    written,
    manager_error: refused,
    lingers: lingers(plan),
  };
}

/** What became of the service that was removed. */
export interface Uninstalled {
  /** Null on a system whose services are not known here. */
  path: string | null;
  removed: boolean;
  /** What the manager complained of when it was told. */
  manager_error: string | null;
}

/** See `uninstallService`. */
export async function uninstall(surroundings: Surroundings, finds: Finder): Promise<Uninstalled> {
  const plan = planService(surroundings);
  if (plan === null) return { path: null, removed: false, manager_error: null };
  const { path } = plan;
  const isThere = readUnit(plan) !== null;
  const isEnabled = plan.link !== null && isLinked(plan);
  if (!isThere && !isEnabled) return { path, removed: false, manager_error: null };
  const tells = finds(programs[plan.manager]);
  const refused = tells ? await disableService(plan, surroundings) : null;
  removeUnit(plan);
  if (tells) await forgetService(plan, surroundings);
  return { path, removed: true, manager_error: refused };
}
