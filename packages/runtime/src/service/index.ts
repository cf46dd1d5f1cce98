/** The user's service manager has stores looked after; loaded when it is asked for, for a supervisor would keep it for weeks. */
import type { Surroundings } from '../dispatcher.ts';
import { storeStatus, type StoreStatus } from '../supervisor/status.ts';
import { findExecutable } from '../targets/executables.ts';
import { requireNoSandbox } from '../tasks/at-rest.ts';
import type { Installed, Uninstalled } from './install.ts';
import type { ServiceStatus } from './status.ts';

export type { Installed, Uninstalled } from './install.ts';
export type { ServiceStatus } from './status.ts';

/** Who looks after a store, and the service that has all stores looked after. */
export interface SuperviseStatus {
  /** Null where no store was named and none is here. */
  store: StoreStatus | null;
  service: ServiceStatus;
}

/**
 * Has the user's service manager start what looks after all stores of this home. May be repeated: a unit of ours is
 * rewritten, one of somebody else never. Throws RefusedError `service_foreign`, `sandboxed`, EnvironmentError
 * `no_service_manager`, `service_unreachable`, StoreError.
 */
export async function installService(surroundings: Surroundings): Promise<Installed> {
  requireNoSandbox(surroundings, 'installing a service');
  const { install } = await import('./install.ts');
  return install(surroundings, finderOf(surroundings));
}

/** What `installService` would write, and where. Throws EnvironmentError `no_service_manager`. */
export async function serviceText(surroundings: Surroundings): Promise<{ path: string; text: string }> {
  const { requireService } = await import('./plan.ts');
  const { path, text } = requireService(surroundings);
  return { path, text };
}

/**
 * Removes what `installService` has made; nothing that runs is ended. Throws RefusedError `service_foreign`,
 * `sandboxed`, EnvironmentError `service_unreachable`.
 */
export async function uninstallService(surroundings: Surroundings): Promise<Uninstalled> {
  requireNoSandbox(surroundings, 'removing a service');
  const { uninstall } = await import('./install.ts');
  return uninstall(surroundings, finderOf(surroundings));
}

export async function serviceStatus(surroundings: Surroundings): Promise<ServiceStatus> {
  const { statusOfService } = await import('./status.ts');
  return statusOfService(surroundings);
}

/** Who looks after the store, and the service. Throws NotFoundError `no_store` where one was named, StoreError. */
export async function superviseStatus(surroundings: Surroundings): Promise<SuperviseStatus> {
  return { store: storeStatus(surroundings), service: await serviceStatus(surroundings) };
}

function finderOf({ environment, cwd }: Surroundings) {
  return (program: string): boolean => findExecutable(program, environment, cwd) !== null;
}
