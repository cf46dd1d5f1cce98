import {
  activeTaskIds,
  indexedBoot,
  markedTaskIds,
  readActiveMarkers,
  setActiveMarker,
  type Task,
} from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { ensureSupervisor } from '../supervisor/ensure.ts';
import { knowsRoot } from '../supervisor/roots.ts';
import { hasWork, needsSupervisor } from '../supervisor/work.ts';
import { callersSandbox } from '../tasks/sandboxed.ts';

/**
 * What every reading command does before it reads: where work has no owner (the supervisor was killed, the machine was
 * started again) it starts one. In a sandbox, for another user's root, or in one that nobody typed a command for,
 * nothing is started.
 */
export function lookAfter(dispatcher: Dispatcher): void {
  const { store } = dispatcher;
  const rebooted = indexIsOld(dispatcher);
  if (!rebooted && readActiveMarkers(store).length === 0) return;
  if (!isOurs(dispatcher)) return;
  try {
    if (rebooted || hasWork(dispatcher)) ensureSupervisor(dispatcher);
  } catch {
    // Reading goes on where nothing can be started: a full disk, a folder that may not be written.
  }
}

/**
 * For a task that was read and needs a supervisor although no marker says so: a worker can write such a story into its
 * journal, and without this nobody would ever find out what is true of it.
 */
export function lookAfterUnmarked(dispatcher: Dispatcher, task: Task | null): void {
  if (task === null || !needsSupervisor(task)) return;
  const { store } = dispatcher;
  if (readActiveMarkers(store).some(({ id }) => id === task.id)) return;
  if (!isOurs(dispatcher)) return;
  try {
    setActiveMarker(store, { id: task.id, attempt: task.attempts.at(-1)?.attempt ?? 0 });
    ensureSupervisor(dispatcher);
  } catch {
    // As above.
  }
}

/** Whether the caller may start anything for this root. */
function isOurs(dispatcher: Dispatcher): boolean {
  return knowsRoot(dispatcher.home, dispatcher.store.root) && callersSandbox(dispatcher) === null;
}

/** Made whole under another boot: what a power cut has undone of it is not known until a supervisor has looked. */
function indexIsOld({ store, machine }: Dispatcher): boolean {
  return indexedBoot(store) !== machine.bootId();
}

/**
 * Ids, newest first, the task of some of which may be gone; from the task folders themselves where the index may not be
 * whole.
 */
export function newestIds(dispatcher: Dispatcher): Iterable<string> {
  const { store } = dispatcher;
  return indexIsOld(dispatcher) ? store.taskIds().reverse() : markedTaskIds(store);
}

/** Ids of tasks that may not be terminal, with the same care. */
export function openIds(dispatcher: Dispatcher): string[] {
  const { store } = dispatcher;
  return indexIsOld(dispatcher) ? store.taskIds() : activeTaskIds(store);
}
