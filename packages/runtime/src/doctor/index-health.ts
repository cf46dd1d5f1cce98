import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readActiveMarkers, recordIndexedBoot, removeActiveMarker, type ActiveMarker } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { dropMarkers } from '../act/index.ts';
import { rebuildIndex } from '../supervisor/index-boot.ts';
import type { Report } from './finding.ts';
import { readTask } from './read-task.ts';

/** A folder or a marker of a task in the making is younger than this. */
const makingMs = 10 * 60 * 1000;

/** Markers against tasks, both ways, and folders of tasks that were never finished. */
export function examineIndex(dispatcher: Dispatcher, report: Report): void {
  const { store, machine, clock } = dispatcher;
  for (const id of rebuildIndex(dispatcher))
    report({ what: 'marker_missing', task_id: id, path: null, action: 'made anew', repaired: true });
  for (const marker of readActiveMarkers(store)) examineMarker(dispatcher, marker, report);
  for (const name of readdirSync(store.layout.tasks)) {
    if (!name.startsWith('.new-')) continue;
    const path = join(store.layout.tasks, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined || clock.now().getTime() - stat.mtimeMs < makingMs) continue;
    rmSync(path, { recursive: true });
    report({
      what: 'stray_folder',
      task_id: null,
      path,
      action: 'removed: its maker died before the task was one',
      repaired: true,
    });
  }
  recordIndexedBoot(store, machine.bootId());
}

function examineMarker(dispatcher: Dispatcher, marker: ActiveMarker, report: Report): void {
  const { store, clock } = dispatcher;
  if (store.hasTask(marker.id)) {
    const task = readTask(dispatcher, marker.id);
    if (task !== null) dropMarkers(dispatcher, task);
    return;
  }
  const path = join(store.layout.active, `${marker.id}.${marker.attempt}`);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || clock.now().getTime() - stat.mtimeMs < makingMs) return;
  removeActiveMarker(store, marker);
  report({ what: 'marker_without_task', task_id: marker.id, path, action: 'removed', repaired: true });
}
