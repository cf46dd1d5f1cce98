import { statSync } from 'node:fs';
import { artifactsOf, NotFoundError, type Journal, type JournalPosition, type Task } from '@dispatch/core';
import { NotificationFold, type Moment } from './notification-fold.ts';

/** One task's journal, of which each moment is told once, from an acknowledged position on. */
export class FollowedJournal {
  readonly #journal: Journal;
  readonly #file: string;
  readonly #acknowledged: JournalPosition | null;
  #fold: NotificationFold | null = null;
  /** Of the journal, as far as it has been read; a journal only grows. */
  #bytes = 0;
  #told = 0;

  constructor(journal: Journal, acknowledged: JournalPosition | null) {
    this.#journal = journal;
    this.#file = artifactsOf(journal.taskDir).events_file;
    this.#acknowledged = acknowledged;
    this.#bytes = acknowledged?.bytes ?? 0;
  }

  get task(): Task | null {
    return this.#fold?.task ?? null;
  }

  /** Up to where it has been read; null where nothing has come since what was acknowledged. */
  get position(): JournalPosition | null {
    return this.#fold?.position ?? null;
  }

  isCurrent(moment: Moment): boolean {
    return this.#fold?.isCurrent(moment) ?? false;
  }

  /** What has not been told yet. Throws StoreError where the journal cannot be read. */
  look(): Moment[] {
    // Where it is missing, reading says so.
    const size = statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
    if (size === this.#bytes && size > 0) return [];
    const moments = this.#readOn() ?? this.#readAll();
    this.#bytes = size;
    const fresh = moments.filter(({ at }) => at.sequence > this.#told);
    this.#told = this.#fold?.position.sequence ?? 0;
    return fresh;
  }

  /** Null where it has to be read from the start: the first time, and where it was put back from a copy. */
  #readOn(): Moment[] | null {
    if (this.#fold === null) return null;
    try {
      return this.#fold.push(this.#journal.scannedAfter(this.#fold.position));
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      this.#told = 0;
      return null;
    }
  }

  #readAll(): Moment[] {
    const scanned = this.#journal.scannedAfter();
    const fold = new NotificationFold(this.#journal.taskDir);
    const moments = fold.push(scanned);
    this.#fold = fold;
    const bookmark = this.#acknowledged;
    // A position that is not in the journal acknowledges nothing.
    if (bookmark !== null && scanned.some(({ event }) => isAt(event, bookmark)))
      this.#told = Math.max(this.#told, bookmark.sequence);
    return moments;
  }
}

function isAt(event: { sequence: number; nonce: string }, bookmark: JournalPosition): boolean {
  return event.sequence === bookmark.sequence && event.nonce === bookmark.nonce;
}
