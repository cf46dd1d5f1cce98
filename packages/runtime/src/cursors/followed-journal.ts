import { statSync } from 'node:fs';
import {
  artifactsOf,
  NotFoundError,
  type Bookmark,
  type Journal,
  type JournalPosition,
  type ScannedEvent,
  type Task,
} from '@dispatch/core';
import { NotificationFold, type Moment } from './notification-fold.ts';

/** One task's journal, of which each moment is told once, from the bookmark on that counts. */
export class FollowedJournal {
  readonly #journal: Journal;
  readonly #file: string;
  readonly #bookmarks: readonly Bookmark[];
  #fold: NotificationFold | null = null;
  #moments: Moment[] = [];
  /** Positions that the journal has, as far as they are those of bookmarks. */
  #borneOut: readonly Bookmark[] = [];
  /** Of the journal, as far as it has been read; a journal only grows. */
  #bytes = 0;
  #told = 0;

  constructor(journal: Journal, bookmarks: readonly Bookmark[]) {
    this.#journal = journal;
    this.#file = artifactsOf(journal.taskDir).events_file;
    this.#bookmarks = bookmarks;
  }

  get task(): Task | null {
    return this.#fold?.task ?? null;
  }

  isCurrent(moment: Moment): boolean {
    return this.#fold?.isCurrent(moment) ?? false;
  }

  /**
   * What has not been told yet; null where the journal has not grown since it was looked at, or acknowledged. Throws
   * StoreError where it cannot be read.
   */
  look(): Moment[] | null {
    // Where it is missing, reading says so.
    const size = statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
    const isKnown =
      this.#fold === null ? this.#bookmarks.some(({ at }) => at.bytes === size) : size === this.#bytes;
    if (isKnown && size > 0) return null;
    if (!this.#readOn()) this.#readAll();
    this.#bytes = size;
    return this.#moments.filter(({ at }) => at.sequence > this.#told);
  }

  /** What `look` returned has been told. */
  tell(): void {
    this.#told = this.#fold?.position.sequence ?? 0;
  }

  /**
   * The last moment up to an event (of all, where none is named), and the bookmarks that one there supersedes; null where
   * that would not go on from where a bookmark is.
   */
  moveTo(sequence: number = Number.POSITIVE_INFINITY): { to: JournalPosition; from: Bookmark[] } | null {
    const last = this.#moments.findLast(({ at }) => at.sequence <= sequence);
    if (last === undefined) return null;
    const isFurther = (one: Bookmark): boolean => one.at.sequence > last.at.sequence;
    const isThere = (one: Bookmark): boolean => one.at.sequence === last.at.sequence && !one.passed;
    if (this.#borneOut.some((one) => isFurther(one) || isThere(one))) return null;
    return { to: last.at, from: [...this.#bookmarks] };
  }

  /** False where it has to be read from the start: the first time, and where it was put back from a copy. */
  #readOn(): boolean {
    if (this.#fold === null) return false;
    let events: ScannedEvent[];
    try {
      events = this.#journal.scannedAfter(this.#fold.position);
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      this.#told = 0;
      return false;
    }
    this.#moments.push(...this.#fold.push(events));
    return true;
  }

  #readAll(): void {
    const scanned = this.#journal.scannedAfter();
    this.#fold = new NotificationFold(this.#journal.taskDir);
    this.#moments = this.#fold.push(scanned);
    const nonces = new Map(scanned.map(({ event }) => [event.sequence, event.nonce]));
    // A position that is not in the journal acknowledges nothing.
    this.#borneOut = this.#bookmarks.filter(({ at }) => nonces.get(at.sequence) === at.nonce);
    this.#told = Math.max(this.#told, ...this.#borneOut.map(({ at }) => at.sequence));
  }
}
