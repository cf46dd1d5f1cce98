import { statSync } from 'node:fs';
import {
  artifactsOf,
  cursorNames,
  isTerminal,
  readCursor,
  type Journal,
  type JournalPosition,
  type Task,
} from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { FollowedJournal } from './followed-journal.ts';

/** Whose taking note counts: that of one cursor, or of any. */
export type Acknowledger = { cursor: string } | 'any_cursor';

/** Which tasks have to be taken note of: those that have ended or await the user, and nobody has acknowledged that. */
export class Unacknowledged {
  readonly #store: Dispatcher['store'];
  readonly #cursors: readonly ReadonlyMap<string, JournalPosition>[];

  constructor({ store }: Dispatcher, by: Acknowledger) {
    this.#store = store;
    const names = by === 'any_cursor' ? cursorNames(store) : [by.cursor];
    this.#cursors = names.map((name) => readCursor(store, name));
  }

  /** Whether nothing has happened since it was acknowledged; told without reading the task. */
  isNoted(id: string): boolean {
    const bookmarks = this.#bookmarksOf(id);
    if (bookmarks.length === 0) return false;
    const size = statSync(artifactsOf(this.#store.taskDir(id)).events_file, { throwIfNoEntry: false })?.size;
    return bookmarks.some(({ bytes }) => bytes === size);
  }

  /** By what its journal says, not by what a look at its processes adds: only that can be acknowledged. */
  has(id: string, journal: Journal, task: Task | null): boolean {
    if (task === null || !hasToBeNoted(task)) return false;
    return this.#bookmarksOf(id).every(
      (bookmark) => new FollowedJournal(journal, bookmark).look().length > 0,
    );
  }

  #bookmarksOf(id: string): JournalPosition[] {
    return this.#cursors.flatMap((bookmarks) => bookmarks.get(id) ?? []);
  }
}

function hasToBeNoted(task: Task): boolean {
  return isTerminal(task) || task.status === 'awaiting_user';
}
