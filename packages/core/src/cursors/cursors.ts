import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { isMissing, PlantedLink, requireFolder } from '../disk/open.ts';
import { ensureFolder, fsyncFolder, temporaryFor, unlinkQuietly } from '../disk/write.ts';
import { isTaskId } from '../ids/index.ts';
import type { JournalPosition } from '../journal/scan.ts';
import { markFile, readNames, type Store } from '../store/store.ts';

/**
 * A cursor is a folder of empty files, each called after a position in a task's journal up to which a host has acknowledged
 * it. Files are made, then those removed that they supersede: whoever dies half-way has moved it, or not.
 */
export const cursorNameRule = 'at most 64 lower-case letters, digits, dots, dashes and underscores';

export function isCursorName(text: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{0,63}$/.test(text);
}

export interface Bookmark {
  at: JournalPosition;
  /** When the cursor began, what had happened by then was passed over: nobody has taken note of it. */
  passed: boolean;
}

/** Null where the name of the file says no position. */
export function readBookmark(fileName: string): (Bookmark & { id: string }) | null {
  const [, id = '', sequence, bytes, nonce = '', passed] =
    /^([^.]+)\.([1-9]\d{0,14})\.([1-9]\d{0,14})\.([0-9a-z]{12})(\.passed)?$/.exec(fileName) ?? [];
  if (!isTaskId(id)) return null;
  return {
    id,
    at: { sequence: Number(sequence), bytes: Number(bytes), nonce },
    passed: passed !== undefined,
  };
}

function bookmarkName(id: string, { at: { sequence, bytes, nonce }, passed }: Bookmark): string {
  return `${id}.${sequence}.${bytes}.${nonce}${passed ? '.passed' : ''}`;
}

/** Of the cursors that were ever used, in order. What is no folder of its own is none. */
export function cursorNames(store: Store): string[] {
  const { cursors } = store.layout;
  if (!isFolder(cursors)) return [];
  return readNames(cursors)
    .filter((name) => isCursorName(name) && isFolder(join(cursors, name)))
    .sort();
}

function isFolder(path: string): boolean {
  try {
    requireFolder(path);
    return true;
  } catch (error) {
    if (isMissing(error) || error instanceof PlantedLink) return false;
    throw error;
  }
}

/** Throws PlantedLink where something else stands in its place. */
export function hasCursor(store: Store, name: string): boolean {
  try {
    requireFolder(store.layout.cursors);
    requireFolder(join(store.layout.cursors, name));
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** By task, in no order. Of those that the task's journal has the furthest counts. Throws PlantedLink. */
export function readCursor(store: Store, name: string): Map<string, Bookmark[]> {
  const bookmarks = new Map<string, Bookmark[]>();
  if (!hasCursor(store, name)) return bookmarks;
  for (const file of readNames(join(store.layout.cursors, name))) {
    const read = readBookmark(file);
    if (read === null) continue;
    const { id, ...bookmark } = read;
    bookmarks.set(id, [...(bookmarks.get(id) ?? []), bookmark]);
  }
  return bookmarks;
}

/** From now on it has been used, whatever it has acknowledged. Throws PlantedLink, StoreError. */
export function useCursor(store: Store, name: string): void {
  const { cursors } = store.layout;
  ensureFolder(cursors);
  if (ensureFolder(join(cursors, name))) fsyncFolder(cursors);
}

/** How one task's bookmark moves, and which ones it supersedes. */
export interface Move {
  id: string;
  to: JournalPosition;
  from: readonly Bookmark[];
}

/** Durable when it returns. Throws PlantedLink, StoreError. */
export function moveCursor(store: Store, name: string, moves: readonly Move[]): void {
  useCursor(store, name);
  const { cursors } = store.layout;
  const folder = join(cursors, name);
  for (const { id, to } of moves)
    markFile(join(folder, bookmarkName(id, { at: to, passed: false })), 'cached');
  fsyncFolder(folder);
  // Whoever made the folder may have died before its own sync.
  fsyncFolder(cursors);
  for (const { id, from } of moves)
    for (const bookmark of from) unlinkQuietly(join(folder, bookmarkName(id, bookmark)));
}

/**
 * Makes a cursor that passes over what lies before these positions, whole or not at all. Durable when it returns; false
 * where it was used meanwhile.
 */
export function beginCursor(store: Store, name: string, at: ReadonlyMap<string, JournalPosition>): boolean {
  const { cursors } = store.layout;
  ensureFolder(cursors);
  const aside = temporaryFor(join(cursors, name));
  ensureFolder(aside);
  for (const [id, position] of at)
    markFile(join(aside, bookmarkName(id, { at: position, passed: true })), 'cached');
  fsyncFolder(aside);
  if (hasCursor(store, name)) return false;
  renameSync(aside, join(cursors, name));
  fsyncFolder(cursors);
  return true;
}

/** All that cursors say of a task which is gone. */
export function removeFromCursors(store: Store, id: string): void {
  for (const name of cursorNames(store)) {
    const folder = join(store.layout.cursors, name);
    for (const file of readNames(folder))
      if (readBookmark(file)?.id === id) unlinkQuietly(join(folder, file));
  }
}
