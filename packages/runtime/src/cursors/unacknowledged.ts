import { statSync } from 'node:fs';
import {
  artifactsOf,
  cursorNames,
  isTerminal,
  readCursor,
  type Bookmark,
  type Journal,
  type Task,
} from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { FollowedJournal } from './followed-journal.ts';

/** Whose taking note counts: that of one cursor, or of any. */
export type Acknowledger = { cursor: string } | 'any_cursor';

/** Which tasks have to be taken note of: those that have ended or await the user, and nobody has acknowledged that. */
export class Unacknowledged {
  readonly #store: Dispatcher['store'];
  readonly #cursors: readonly ReadonlyMap<string, readonly Bookmark[]>[];
  /** What a cursor passed over when it began is news to the others. */
  readonly #countsPassed: boolean;

  constructor({ store }: Dispatcher, by: Acknowledger) {
    this.#store = store;
    const names = by === 'any_cursor' ? cursorNames(store) : [by.cursor];
    this.#cursors = names.map((name) => readCursor(store, name));
    this.#countsPassed = by !== 'any_cursor';
  }

  /** Whether nothing has happened since it was acknowledged; told without reading the task. */
  isNoted(id: string): boolean {
    const bookmarks = this.#bookmarksOf(id);
    if (bookmarks.length === 0) return false;
    const size = statSync(artifactsOf(this.#store.taskDir(id)).events_file, { throwIfNoEntry: false })?.size;
    return bookmarks.some(({ at }) => at.bytes === size);
  }

  /** By what its journal says, not by what a look at its processes adds: only that can be acknowledged. */
  has(id: string, journal: Journal, task: Task | null): boolean {
    if (task === null || !hasToBeNoted(task)) return false;
    return this.#cursors.every((bookmarks) => {
      const own = this.#counting(bookmarks.get(id));
      if (own.length === 0) return true;
      return (new FollowedJournal(journal, own).look() ?? []).length > 0;
    });
  }

  #bookmarksOf(id: string): Bookmark[] {
    return this.#cursors.flatMap((bookmarks) => this.#counting(bookmarks.get(id)));
  }

  #counting(bookmarks: readonly Bookmark[] = []): Bookmark[] {
    return bookmarks.filter(({ passed }) => this.#countsPassed || !passed);
  }
}

function hasToBeNoted(task: Task): boolean {
  return isTerminal(task) || task.status === 'awaiting_user';
}
