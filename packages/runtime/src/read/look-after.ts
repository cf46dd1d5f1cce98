import { indexedBoot, livingAttempt, readActiveMarkers } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { ensureSupervisor } from '../supervisor/ensure.ts';
import { knowsRoot } from '../supervisor/roots.ts';
import { callersSandbox } from '../tasks/sandboxed.ts';

/**
 * What every reading command does before it reads: where work has no owner (the supervisor was killed, the machine was
 * started again) it starts one. In a sandbox, for another user's root, or in one that nobody typed a command for,
 * nothing is started.
 */
export function lookAfter(dispatcher: Dispatcher): void {
  const { store, machine, home } = dispatcher;
  const rebooted = indexedBoot(store) !== machine.bootId();
  if (!rebooted && readActiveMarkers(store).length === 0) return;
  if (!knowsRoot(home, store.root) || callersSandbox(dispatcher) !== null) return;
  try {
    if (rebooted || hasWork(dispatcher)) ensureSupervisor(dispatcher);
  } catch {
    // Reading goes on where nothing can be started: a full disk, a folder that may not be written.
  }
}

function hasWork({ store }: Dispatcher): boolean {
  return [...new Set(readActiveMarkers(store).map(({ id }) => id))].some((id) => {
    try {
      const { task } = store.journal(id).refresh();
      if (task === null) return false;
      const starts = task.status === 'pending' && task.reason === 'starting';
      return livingAttempt(task) !== null || task.cancel_requested_at !== null || starts;
    } catch {
      return false;
    }
  });
}
