import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  indexedBoot,
  readActiveMarkers,
  recordIndexedBoot,
  removeActiveMarker,
  withGuard,
  withoutDayMarker,
  type ActiveMarker,
  type Task,
} from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { dropMarkers } from '../act/index.ts';
import { setMarkers } from '../supervisor/index-boot.ts';
import type { Report } from './finding.ts';
import { readTask } from './read-task.ts';

/** A folder or a marker of a task in the making is younger than this. */
const makingMs = 10 * 60 * 1000;

/** Markers against tasks, both ways, and folders of tasks that were never finished. */
export async function examineIndex(
  dispatcher: Dispatcher,
  tasks: { ids: readonly string[]; others: readonly string[]; open: readonly Task[] },
  report: Report,
): Promise<void> {
  const { store, machine } = dispatcher;
  const noDay = withoutDayMarker(store, tasks.ids);
  const bootId = machine.bootId();
  const isSound =
    noDay.length === 0 && indexedBoot(store) === bootId && readActiveMarkers(store).length === 0;
  // Of a store at rest nothing is guarded, and nothing loaded for it.
  if (!isSound || tasks.open.length > 0)
    await withGuard(store.layout.index, () => {
      // Of those that have not been pruned meanwhile.
      const missing = noDay.filter((id) => store.hasTask(id));
      for (const id of setMarkers(store, missing, tasks.open))
        report({ what: 'marker_missing', task_id: id, path: null, action: 'made anew', repaired: true });
      for (const marker of readActiveMarkers(store)) examineMarker(dispatcher, marker, report);
      recordIndexedBoot(store, bootId);
    });
  reportForeign(dispatcher, tasks.others, report);
  await removeUnfinished(dispatcher, tasks.others, report);
}

/** What `run` builds aside and renames into place; nothing that a worker made is in it. */
async function removeUnfinished(
  { store, clock }: Dispatcher,
  names: readonly string[],
  report: Report,
): Promise<void> {
  for (const name of names) {
    if (!name.startsWith('.new-')) continue;
    const path = join(store.layout.tasks, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined || clock.now().getTime() - stat.mtimeMs < makingMs) continue;
    const { remove } = (await import('fs-extra')).default;
    await remove(path);
    report({
      what: 'stray_folder',
      task_id: null,
      path,
      action: 'removed: its maker died before the task was one',
      repaired: true,
    });
  }
}

function examineMarker(dispatcher: Dispatcher, marker: ActiveMarker, report: Report): void {
  const { store, clock } = dispatcher;
  if (store.hasTask(marker.id)) {
    const task = readTask(dispatcher, marker.id);
    if (task !== null) dropMarkers(dispatcher, task);
    // One of an attempt to come is early and harmless, unless its maker died long ago.
    if (task === null || marker.attempt < task.attempts.length) return;
  }
  const path = join(store.layout.active, `${marker.id}.${marker.attempt}`);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || clock.now().getTime() - stat.mtimeMs < makingMs) return;
  removeActiveMarker(store, marker);
  report({ what: 'marker_without_task', task_id: marker.id, path, action: 'removed', repaired: true });
}

/** What stands among tasks and markers and is neither; it may be somebody's, so it is named and left. */
function reportForeign({ store }: Dispatcher, inTasks: readonly string[], report: Report): void {
  const foreign = [
    ...inTasks.filter((name) => !/^\.(new|gone)-/.test(name)).map((name) => join(store.layout.tasks, name)),
    ...readdirSync(store.layout.active)
      .filter((name) => !/^[0-9a-z]+\.\d+$/.test(name))
      .map((name) => join(store.layout.active, name)),
  ];
  for (const path of foreign)
    report({
      what: 'foreign_file',
      task_id: null,
      path,
      action: 'it is none of dispatch: move it away',
      repaired: false,
    });
}
