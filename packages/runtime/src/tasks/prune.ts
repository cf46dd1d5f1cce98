import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import {
  dropGrants,
  fsyncFolder,
  grantsIn,
  isMissing,
  isTaskId,
  isTerminal,
  livingAttempt,
  RefusedError,
  removeFromCursors,
  removeMarkersOf,
  retireKey,
  withGuard,
  type Task,
} from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { forgetRows } from '../read/row-cache.ts';
import { requireNoSandbox } from './at-rest.ts';

export interface PrunedTask {
  task_id: string;
  title: string;
  status: Task['status'];
  updated_at: string;
}

export interface Pruned {
  /** What was removed, or would be. Oldest first. */
  tasks: PrunedTask[];
  dry_run: boolean;
}

/** What a prune has renamed and not yet removed. */
const gonePrefix = '.gone-';

/**
 * Removes tasks that are over and have not changed since `untilMs`, with their grants and the sessions that dispatch keeps
 * for them; never one that is not over. A `resume` at the same instant comes first or is refused. What a prune that was
 * killed has left is removed as well. Throws RefusedError `sandboxed`, StoreError.
 */
export async function pruneTasks(
  dispatcher: Dispatcher,
  { untilMs, dryRun }: { untilMs: number; dryRun: boolean },
): Promise<Pruned> {
  requireNoSandbox(dispatcher, 'pruning tasks');
  const { store } = dispatcher;
  const isOld = (task: Task): boolean =>
    task.pruned ||
    (isTerminal(task) && livingAttempt(task) === null && Date.parse(task.updated_at) <= untilMs);
  const tasks: PrunedTask[] = [];
  for (const id of store.taskIds()) {
    const task = readable(dispatcher, id);
    if (task === null || !isOld(task)) continue;
    if (!dryRun && !(await pruneOne(dispatcher, id, isOld))) continue;
    const { title, status, updated_at } = task;
    tasks.push({ task_id: id, title, status, updated_at });
  }
  if (!dryRun) {
    await withGuard(store.layout.index, () => removeGone(dispatcher));
    forgetRows(dispatcher);
  }
  return { tasks, dry_run: dryRun };
}

/** A task that cannot be read is `doctor`'s, and never thrown away. */
function readable({ store }: Dispatcher, id: string): Task | null {
  try {
    const { task, gap, newer_version } = store.journal(id).refresh();
    return gap === null && !newer_version ? task : null;
  } catch {
    return null;
  }
}

/** Returns whether it is gone now: it may have been resumed a moment ago. */
async function pruneOne(
  dispatcher: Dispatcher,
  id: string,
  isOld: (task: Task) => boolean,
): Promise<boolean> {
  const { store } = dispatcher;
  const before = readable(dispatcher, id);
  if (before === null) return false;
  if (!before.pruned && !commitPruned(dispatcher, id, isOld)) return false;
  return withGuard(store.layout.index, async () => {
    if (before.key_sha256 !== null) retireKey(store, before.key_sha256, id);
    try {
      renameSync(store.taskDir(id), join(store.layout.tasks, `${gonePrefix}${id}`));
    } catch (error) {
      // Another prune came first.
      if (isMissing(error)) return false;
      throw error;
    }
    fsyncFolder(store.layout.tasks);
    await removeGone(dispatcher);
    return true;
  });
}

/** From here on no other commit counts. Another prune may have come as far, and died. */
function commitPruned({ store }: Dispatcher, id: string, isOld: (task: Task) => boolean): boolean {
  try {
    const task = store
      .journal(id)
      .commit((now) => (isOld(now) ? { kind: 'pruned', message: 'removed by prune', data: {} } : null));
    return task?.pruned === true;
  } catch (error) {
    if (!store.hasTask(id)) return false;
    if (error instanceof RefusedError && error.code === 'pruned') return true;
    throw error;
  }
}

async function removeGone({ store, home }: Dispatcher): Promise<void> {
  const { remove } = (await import('fs-extra')).default;
  for (const name of readdirSync(store.layout.tasks)) {
    if (!name.startsWith(gonePrefix)) continue;
    const id = name.slice(gonePrefix.length);
    // A worker can make a folder of any name.
    if (!isTaskId(id) || store.hasTask(id)) continue;
    removeMarkersOf(store, id);
    removeFromCursors(store, id);
    // Sessions first: the grants tell whose they are.
    if (grantsIn(home, store.ref, id).length > 0) await remove(join(home.sessions, id));
    dropGrants(home, store.ref, id);
    await remove(join(store.layout.tasks, name));
  }
}
