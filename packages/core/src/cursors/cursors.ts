import { join } from 'node:path';
import { requireFolder, isMissing } from '../disk/open.ts';
import { ensureFolder, fsyncFolder, unlinkQuietly } from '../disk/write.ts';
import { isTaskId } from '../ids/index.ts';
import type { JournalPosition } from '../journal/scan.ts';
import { markFile, readNames, type Store } from '../store/store.ts';

/**
 * A cursor is a folder of empty files, one a task, each called after the position in the task's journal up to which a host
 * has acknowledged it. Files are made and, where a later one stands, removed: whoever dies half-way has moved it, or not.
 */
export const cursorNameRule = 'at most 64 lower-case letters, digits, dots, dashes and underscores';

export function isCursorName(text: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{0,63}$/.test(text);
}

/** Null where the name of the file says no position. */
export function readBookmark(fileName: string): { id: string; position: JournalPosition } | null {
  const [, id = '', sequence, bytes, nonce = ''] =
    /^([^.]+)\.([1-9]\d{0,14})\.([1-9]\d{0,14})\.([0-9a-z]{12})$/.exec(fileName) ?? [];
  return isTaskId(id) ? { id, position: { sequence: Number(sequence), bytes: Number(bytes), nonce } } : null;
}

function bookmarkName(id: string, { sequence, bytes, nonce }: JournalPosition): string {
  return `${id}.${sequence}.${bytes}.${nonce}`;
}

/** Of the cursors that were ever used, in order. */
export function cursorNames(store: Store): string[] {
  return readNames(store.layout.cursors).filter(isCursorName).sort();
}

export function hasCursor(store: Store, name: string): boolean {
  try {
    requireFolder(join(store.layout.cursors, name));
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** How far each task is acknowledged. Throws PlantedLink. */
export function readCursor(store: Store, name: string): Map<string, JournalPosition> {
  const furthest = new Map<string, JournalPosition>();
  if (!hasCursor(store, name)) return furthest;
  for (const file of readNames(join(store.layout.cursors, name))) {
    const bookmark = readBookmark(file);
    if (bookmark !== null && bookmark.position.sequence > (furthest.get(bookmark.id)?.sequence ?? 0))
      furthest.set(bookmark.id, bookmark.position);
  }
  return furthest;
}

/** From now on it has been used, whatever it has acknowledged. Throws PlantedLink, StoreError. */
export function beginCursor(store: Store, name: string): void {
  const { cursors } = store.layout;
  ensureFolder(cursors);
  if (ensureFolder(join(cursors, name))) fsyncFolder(cursors);
}

/** Durable when it returns. A task that has been acknowledged further stays so. */
export function moveCursor(store: Store, name: string, to: ReadonlyMap<string, JournalPosition>): void {
  beginCursor(store, name);
  const folder = join(store.layout.cursors, name);
  for (const [id, position] of to) markFile(join(folder, bookmarkName(id, position)), 'cached');
  fsyncFolder(folder);
  // Whoever made the folder may have died before its own sync.
  fsyncFolder(store.layout.cursors);
  for (const file of readNames(folder)) {
    const bookmark = readBookmark(file);
    const moved = bookmark === null ? undefined : to.get(bookmark.id);
    if (moved !== undefined && bookmark!.position.sequence < moved.sequence)
      unlinkQuietly(join(folder, file));
  }
}

/** All that cursors say of a task which is gone. */
export function removeFromCursors(store: Store, id: string): void {
  for (const name of cursorNames(store)) {
    const folder = join(store.layout.cursors, name);
    for (const file of readNames(folder)) if (file.startsWith(`${id}.`)) unlinkQuietly(join(folder, file));
  }
}
