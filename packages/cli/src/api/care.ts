import { UsageError } from '@dispatch/core';
import * as runtime from '@dispatch/runtime';
import type {
  Conformance,
  Diagnosis,
  ExportedTask,
  HostName,
  Installed,
  Integrated,
  IntegrationText,
  LookedAfter,
  Pruned,
  SuperviseStatus,
  Uninstalled,
} from '@dispatch/runtime';
import type { UnitText } from '../contract/care.ts';
import { version } from '../version.ts';
import { dispatcherAt, surroundingsAt, taskAt, type Here } from './here.ts';

/**
 * Makes the store where there is none; `createTask` does that, too. `force`: on a network file system as well. Throws
 * StoreError, EnvironmentError.
 *
 * @category Care
 */
export async function initStore(
  at: Here,
  { force = false }: { force?: boolean } = {},
): Promise<{ root: string; created: boolean }> {
  return runtime.initRoot(surroundingsAt(at), { force });
}

/** Which tasks are removed. */
export interface PruneOptions {
  /** Those that have not changed for so long, in milliseconds; 30 days. */
  olderThanMs?: number;
  /** Only say which. */
  dryRun?: boolean;
}

/**
 * Removes tasks that are over and old, with all that was kept for them; nothing in workspaces. Throws RefusedError
 * `sandboxed`, NotFoundError `no_store`, StoreError.
 *
 * @category Care
 */
export async function pruneTasks(
  at: Here,
  { olderThanMs = 30 * 86_400_000, dryRun = false }: PruneOptions = {},
): Promise<Pruned> {
  const dispatcher = dispatcherAt(at);
  const untilMs = dispatcher.clock.now().getTime() - olderThanMs;
  return runtime.pruneTasks(dispatcher, { untilMs, dryRun });
}

/**
 * Everything about a task as one text, for a report: known secrets are taken out, prompts and answers are in it. Throws
 * NotFoundError (`no_store`, `task_not_found`), StoreError.
 *
 * @category Care
 */
export async function exportTask(at: Here, id: string): Promise<ExportedTask> {
  const task = taskAt(at, id);
  const { platform, arch, versions } = process;
  return runtime.exportTask(task.dispatcher, task.id, {
    dispatch: version,
    node: versions.node,
    platform,
    arch,
  });
}

/**
 * Finds and repairs what a crash or a hand has left in a store. `takeOver` is the user's word that nothing of another
 * container or host is alive any more. Throws RefusedError `sandboxed`, NotFoundError `no_store`, StoreError.
 *
 * @category Care
 */
export async function diagnoseStore(
  at: Here,
  { takeOver = false }: { takeOver?: boolean } = {},
): Promise<Diagnosis> {
  return runtime.doctor(dispatcherAt(at), { takeOver });
}

/**
 * Holds a store against `docs/file-format.md`, whoever made it; only reads. Throws NotFoundError `no_store`, StoreError
 * `root_not_a_folder`.
 *
 * @category Care
 */
export async function examineStore(at: Here): Promise<Conformance> {
  return runtime.examineStore(surroundingsAt(at));
}

/**
 * Looks after the store in this process until there is nothing left to do; resolves at once where somebody does
 * already. What starts work has a process of its own started for it, so that only a container or a service of your own
 * needs this. Throws NotFoundError `no_store`, StoreError.
 *
 * @category Care
 */
export async function supervise(at: Here): Promise<void> {
  return runtime.supervise(dispatcherAt(at));
}

/**
 * Starts what looks after each of the user's stores where there is work. Throws RefusedError `sandboxed`.
 *
 * @category Care
 */
export async function superviseEverywhere(at: Here): Promise<LookedAfter[]> {
  return runtime.superviseEverywhere(surroundingsAt(at));
}

/**
 * Who looks after the store, and the service. Throws NotFoundError `no_store` where one was named, StoreError.
 *
 * @category Care
 */
export async function superviseStatus(at: Here): Promise<SuperviseStatus> {
  return runtime.superviseStatus(surroundingsAt(at));
}

/**
 * Has systemd or launchd look after all stores of the user from the next login or boot on; may be repeated. Throws
 * RefusedError (`service_foreign`, `sandboxed`), EnvironmentError (`no_service_manager`, `service_unreachable`),
 * StoreError.
 *
 * @category Care
 */
export async function installService(at: Here): Promise<Installed> {
  return runtime.installService(surroundingsAt(at));
}

/**
 * What {@link installService} would write, and where. Throws EnvironmentError `no_service_manager`.
 *
 * @category Care
 */
export async function serviceText(at: Here): Promise<UnitText> {
  return runtime.serviceText(surroundingsAt(at));
}

/**
 * Removes what {@link installService} has made; nothing that runs is ended. Throws RefusedError (`service_foreign`,
 * `sandboxed`), EnvironmentError `service_unreachable`.
 *
 * @category Care
 */
export async function uninstallService(at: Here): Promise<Uninstalled> {
  return runtime.uninstallService(surroundingsAt(at));
}

/**
 * Puts dispatch where a host agent (`pi`, `claude-code`, `codex`) looks for it; may be repeated. Throws RefusedError
 * (`sandboxed`, `integration_foreign`, `integration_changed`, `host_config_closed`), UsageError (`host_config_invalid`,
 * `invalid_value`), EnvironmentError `host_unreachable`, StoreError.
 *
 * @category Care
 */
export async function integrateHost(at: Here, host: HostName): Promise<Integrated> {
  return runtime.integrateHost(surroundingsAt(at), oneOfHosts(host));
}

/**
 * What {@link integrateHost} would write, and where. Throws UsageError `invalid_value`.
 *
 * @category Care
 */
export async function integrationText(at: Here, host: HostName): Promise<IntegrationText> {
  return runtime.integrationText(surroundingsAt(at), oneOfHosts(host));
}

/**
 * Takes out what {@link integrateHost} has written, byte for byte, and nothing else. Throws as that does.
 *
 * @category Care
 */
export async function undoIntegration(at: Here, host: HostName): Promise<Integrated> {
  return runtime.undoIntegration(surroundingsAt(at), oneOfHosts(host));
}

function oneOfHosts(host: HostName): HostName {
  if (runtime.hostNames.includes(host)) return host;
  throw new UsageError(
    'invalid_value',
    `${JSON.stringify(host)} is no host that dispatch knows`,
    `Give one of: ${runtime.hostNames.join(', ')}.`,
  );
}
