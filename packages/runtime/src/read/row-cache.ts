import { lstatSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { foldVersion, isTerminal, readNames, replaceFile, sameRoot, type RootRef } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import type { TaskRow } from './list.ts';

/** Changed whenever `TaskRow`, or what is asked before one is kept, is. */
const cacheVersion = 3;
/** With fewer rows to read, or to keep anew, the file costs more than it saves. */
const worthwhile = 32;
const worthSaving = 16;
const mostRows = 2000;
/** A file that was changed since is not told apart by its times alone. */
const settledMs = 2000;

interface Cached {
  version: number;
  fold_version: number;
  root: RootRef;
  /** By task id: what told the state of its files when it was read, and the row. */
  rows: Record<string, [state: string, row: TaskRow]>;
}

/**
 * Rows of tasks that are over, as they were last read, in the user's home, which no worker may write. One stands as long
 * as folder, journal, snapshot and mailbox are the same files to the microsecond of their last change; nothing is believed
 * longer, and a home that cannot be written keeps none.
 */
export class RowCache {
  readonly #path: string;
  readonly #folder: string;
  readonly #tasks: string;
  readonly #root: RootRef;
  readonly #nowMs: number;
  readonly #before: Cached['rows'];
  readonly #seen: Cached['rows'] = {};
  #added = 0;

  constructor({ home, store, clock }: Dispatcher) {
    this.#folder = home.rows;
    this.#path = pathOf({ home, store });
    this.#tasks = store.layout.tasks;
    this.#root = store.ref;
    this.#nowMs = clock.now().getTime();
    this.#before = this.#read();
  }

  static isWorthwhile(rows: number): boolean {
    return rows >= worthwhile;
  }

  /** The row of a task whose files are as they were, or null. */
  get(id: string): TaskRow | null {
    const kept = Object.hasOwn(this.#before, id) ? this.#before[id] : undefined;
    if (kept === undefined || kept[0] !== this.#stateOf(id)?.told) return null;
    this.#seen[id] = kept;
    return kept[1];
  }

  /** Reads a row by `read` and keeps it, if it is of those that stay as they are. */
  add(id: string, read: () => TaskRow | null): TaskRow | null {
    // Asked before reading: what changes meanwhile is then another state than the one that is kept.
    const state = this.#stateOf(id);
    const row = read();
    if (row === null || state === null || !isTerminal(row) || row.created_at === '') return row;
    if (this.#nowMs - state.changedMs < settledMs || this.#hasLetters(id)) return row;
    this.#seen[id] = [state.told, row];
    this.#added += 1;
    return row;
  }

  save(): void {
    if (this.#added < worthSaving) return;
    const rows = Object.fromEntries(Object.entries(this.#seen).slice(0, mostRows));
    const cached: Cached = { version: cacheVersion, fold_version: foldVersion, root: this.#root, rows };
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      replaceFile(this.#path, `${JSON.stringify(cached)}\n`, 'cached');
    } catch {
      // A cache.
    }
  }

  #read(): Cached['rows'] {
    try {
      const cached = JSON.parse(readFileSync(this.#path, 'utf8')) as Cached;
      const isOurs =
        cached.version === cacheVersion &&
        cached.fold_version === foldVersion &&
        sameRoot(cached.root, this.#root);
      return isOurs && typeof cached.rows === 'object' ? cached.rows : {};
    } catch {
      return {};
    }
  }

  /**
   * Null where one of them is not there. The time of the last change of an inode can be set by nobody, and that of the
   * folder tells of whatever was put into the place of something in it.
   */
  #stateOf(id: string): { told: string; changedMs: number } | null {
    let told = '';
    let changedMs = 0;
    for (const name of ['', '/events.jsonl', '/task.json', '/mailbox']) {
      const stat = lstatSync(`${this.#tasks}/${id}${name}`, { throwIfNoEntry: false });
      if (stat === undefined) return null;
      told += `${stat.ino} ${stat.mode} ${stat.size} ${stat.ctimeMs} `;
      changedMs = Math.max(changedMs, stat.ctimeMs);
    }
    return { told, changedMs };
  }

  /** A letter is changed without a trace in its folder; marker and progress count no more once a task is over. */
  #hasLetters(id: string): boolean {
    return readNames(`${this.#tasks}/${id}/mailbox`).some((name) => name !== '.done' && name !== 'progress');
  }
}

function pathOf({ home, store }: Pick<Dispatcher, 'home' | 'store'>): string {
  return join(home.rows, `${store.ref.dev}-${store.ref.ino}.json`);
}

/** Of tasks that are removed nothing is to stay. */
export function forgetRows(dispatcher: Dispatcher): void {
  rmSync(pathOf(dispatcher), { force: true });
}
