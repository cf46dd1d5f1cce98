import { join } from 'node:path';
import { isTaskId, dayOfId } from '../ids/index.ts';
import { readRegular } from '../disk/open.ts';
import { ensureFolder, replaceFile, syncFolder, unlinkQuietly, type Durability } from '../disk/write.ts';
import { markFile, readNames, type Store } from './store.ts';

/** After attempt `attempt` this task may not be terminal. */
export interface ActiveMarker {
  id: string;
  attempt: number;
}

function activePath(store: Store, marker: ActiveMarker): string {
  return join(store.layout.active, `${marker.id}.${marker.attempt}`);
}

/** Durable before the commit that starts the attempt; an early one is harmless. Returns whether it was missing. */
export function setActiveMarker(
  store: Store,
  marker: ActiveMarker,
  durability: Durability = 'durable',
): boolean {
  ensureFolder(store.layout.index);
  ensureFolder(store.layout.active);
  return markFile(activePath(store, marker), durability);
}

/** Only once the journal shows the task terminal after that attempt. */
export function removeActiveMarker(store: Store, marker: ActiveMarker): void {
  unlinkQuietly(activePath(store, marker));
}

export function readActiveMarkers(store: Store): ActiveMarker[] {
  const markers: ActiveMarker[] = [];
  for (const name of readNames(store.layout.active)) {
    const [, id = '', attempt = ''] = /^([^.]+)\.(\d+)$/.exec(name) ?? [];
    if (isTaskId(id)) markers.push({ id, attempt: Number(attempt) });
  }
  return markers;
}

/** Ids of tasks that may not be terminal, oldest first. */
export function activeTaskIds(store: Store): string[] {
  return [...new Set(readActiveMarkers(store).map(({ id }) => id))].sort();
}

/** Durable before the task folder is. Returns whether it was missing. */
export function setDayMarker(store: Store, id: string, durability: Durability = 'durable'): boolean {
  const folder = join(store.layout.index, dayOfId(id));
  ensureFolder(store.layout.index);
  if (ensureFolder(folder)) syncFolder(store.layout.index, durability);
  return markFile(join(folder, id), durability);
}

/** The tasks among these that have no day marker. */
export function withoutDayMarker(store: Store, ids: readonly string[]): string[] {
  const there = new Set(markedTaskIds(store));
  return ids.filter((id) => !there.has(id));
}

/** All that the index has of a task which is gone. */
export function removeMarkersOf(store: Store, id: string): void {
  for (const marker of readActiveMarkers(store)) if (marker.id === id) removeActiveMarker(store, marker);
  unlinkQuietly(join(store.layout.index, dayOfId(id), id));
}

function days(store: Store): string[] {
  return readNames(store.layout.index)
    .filter((name) => /^\d{8}$/.test(name))
    .sort()
    .reverse();
}

/** Ids that have a marker, newest first, read a day at a time; the task of one may be gone or still in the making. */
export function* markedTaskIds(store: Store): Generator<string> {
  for (const day of days(store))
    yield* readNames(join(store.layout.index, day)).filter(isTaskId).sort().reverse();
}

/** Newest ids first, without reading more of the index than `limit` needs. */
export function recentTaskIds(store: Store, limit: number): string[] {
  const ids: string[] = [];
  for (const id of markedTaskIds(store)) {
    if (ids.length === limit) break;
    if (store.hasTask(id)) ids.push(id);
  }
  return ids;
}

/** The newest id that has a marker, whether its task is already there or still in the making. */
export function newestTaskId(store: Store): string | null {
  const { value = null } = markedTaskIds(store).next();
  return value as string | null;
}

/** The boot under which the index was last known to be whole, or null. */
export function indexedBoot(store: Store): string | null {
  return readRegular(store.layout.boot_id)?.toString('utf8').trim() ?? null;
}

export function recordIndexedBoot(store: Store, bootId: string): void {
  replaceFile(store.layout.boot_id, `${bootId}\n`, 'durable');
}
