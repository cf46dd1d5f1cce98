import { elapsedMs, readCursor, taskNotFound, useCursor, type Bookmark, type Move } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { lookAgain } from '../read/list-again.ts';
import { lookAfter, lookAfterUnmarked, openIds } from '../read/look-after.ts';
import { FollowedJournal } from './followed-journal.ts';
import { notificationOf, type Notification } from './notification.ts';

/**
 * A task that went on and ended again between two looks has left no marker, so all are looked at: as often as takes one
 * part in so many of the time, or this often.
 */
const sweepShare = 50;
const sweepAtLeastMs = 10_000;

/** Tells each notification that a cursor has not acknowledged, once, the oldest task first. */
export class NotificationWatch {
  readonly #dispatcher: Dispatcher;
  readonly #ids: readonly string[] | null;
  readonly #bookmarks: ReadonlyMap<string, readonly Bookmark[]>;
  readonly #followed = new Map<string, FollowedJournal>();
  #open: readonly string[] = [];
  #sweepAt = 0;

  /** `ids`: only of these tasks; null: of every task, also of those that are made meanwhile. */
  constructor(dispatcher: Dispatcher, { cursor, ids }: { cursor: string; ids: readonly string[] | null }) {
    this.#dispatcher = dispatcher;
    this.#ids = ids;
    this.#bookmarks = readCursor(dispatcher.store, cursor);
  }

  /** Throws StoreError where one of the tasks that were asked for cannot be read. */
  look(): Notification[] {
    lookAfter(this.#dispatcher);
    if (this.#ids !== null) return this.#lookAtEach(this.#ids);
    const began = elapsedMs();
    const wereOpen = this.#open;
    this.#open = openIds(this.#dispatcher);
    if (began < this.#sweepAt) return this.#lookAtEach([...new Set([...wereOpen, ...this.#open])].sort());
    const told = this.#lookAtEach(this.#dispatcher.store.taskIds());
    const took = elapsedMs() - began;
    this.#sweepAt = began + Math.min(took * sweepShare, sweepAtLeastMs);
    return told;
  }

  /** How bookmarks move where all that was read counts as acknowledged, or (of one task) all up to an event. */
  moves(sequence?: number): Move[] {
    return [...this.#followed].flatMap(([id, followed]) => {
      const move = followed.task?.pruned === true ? null : followed.moveTo(sequence);
      return move === null ? [] : [{ id, ...move }];
    });
  }

  /** Folders in which something changes when there is something to tell. */
  folders(): string[] {
    const { store } = this.#dispatcher;
    const ids = this.#ids ?? openIds(this.#dispatcher).toReversed();
    const { tasks, active } = store.layout;
    return [tasks, active, ...ids.map((id) => store.taskDir(id))];
  }

  #lookAtEach(ids: readonly string[]): Notification[] {
    return ids.flatMap((id) => {
      try {
        return this.#lookAt(id);
      } catch (error) {
        // Among all tasks one that is gone or damaged keeps nobody from hearing of the others; `list` names it.
        if (this.#ids !== null) throw error;
        return [];
      }
    });
  }

  #lookAt(id: string): Notification[] {
    const { store, clock } = this.#dispatcher;
    let followed = this.#followed.get(id);
    if (followed === undefined) {
      followed = new FollowedJournal(store.journal(id), this.#bookmarks.get(id) ?? []);
      this.#followed.set(id, followed);
    }
    if (this.#ids !== null && !store.hasTask(id)) throw taskNotFound(id, store.root);
    const one = followed;
    const moments = one.look();
    const { task: now } = one;
    if (moments === null || now === null) return [];
    if (now.pruned && this.#ids !== null) throw taskNotFound(id, store.root);
    if (now.pruned) return [];
    lookAfterUnmarked(this.#dispatcher, now);
    const nowMs = clock.now().getTime();
    const told = moments.map((moment) =>
      notificationOf(moment, { isCurrent: one.isCurrent(moment), now, nowMs }),
    );
    // Only what could be told has been.
    one.tell();
    return told;
  }
}

/** What `watchTasks` would tell at once. Throws StoreError, NotFoundError where a task of `ids` is gone. */
export function notificationsNow(
  dispatcher: Dispatcher,
  { cursor, ids }: { cursor: string; ids: readonly string[] | null },
): Notification[] {
  use(dispatcher, cursor);
  return new NotificationWatch(dispatcher, { cursor, ids }).look();
}

/**
 * Notifications of tasks that `cursor` has not acknowledged, at once, and then as they come, until `signal` is aborted.
 * Whoever asks again before `acknowledge` is told them again. Throws StoreError, NotFoundError where a task of `ids` is gone.
 */
export async function* watchTasks(
  dispatcher: Dispatcher,
  { cursor, ids, signal }: { cursor: string; ids: readonly string[] | null; signal: AbortSignal },
): AsyncGenerator<Notification[]> {
  use(dispatcher, cursor);
  const watch = new NotificationWatch(dispatcher, { cursor, ids });
  yield* lookAgain({ look: () => watch.look(), folders: () => watch.folders(), signal });
}

/** What is told from now on is not passed over by a later `acknowledgeFirst`. */
function use({ store }: Dispatcher, cursor: string): void {
  try {
    useCursor(store, cursor);
  } catch {
    // Reading goes on in a store that may not be written.
  }
}
