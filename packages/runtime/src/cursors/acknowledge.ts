import {
  hasCursor,
  moveCursor,
  positionOf,
  readCursor,
  UsageError,
  type JournalPosition,
} from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { positionText } from '../read/events.ts';
import { requireNoWorker } from '../tasks/sandboxed.ts';
import type { Notification } from './notification.ts';
import { NotificationWatch } from './watch.ts';

/** What a cursor has taken note of. */
export interface Acknowledged {
  cursor: string;
  /** Tasks whose bookmark has moved, and to where. */
  tasks: { task_id: string; position: string }[];
  /** What was taken note of by this call, the oldest task first. */
  notifications: Notification[];
}

/**
 * Takes note, for a cursor, of all that has happened in some tasks (`ids`; null: in every task), or in one of them up to
 * `position`, which a notification or an event has named. Durable when it returns; a second call changes nothing. Throws
 * UsageError `position_unknown`, RefusedError `sandboxed`, StoreError.
 */
export function acknowledge(
  dispatcher: Dispatcher,
  { cursor, ids, position }: { cursor: string; ids: readonly string[] | null; position?: string | null },
): Acknowledged {
  requireNoWorker(dispatcher, 'taking note for a host');
  const watch = new NotificationWatch(dispatcher, { cursor, ids });
  const told = watch.look();
  const read = watch.positions();
  const [only] = ids ?? [];
  if (position === undefined || position === null || only === undefined) {
    moveCursor(dispatcher.store, cursor, read);
    return acknowledged(cursor, read, told);
  }
  const wanted = positionIn(dispatcher, only, position);
  const bookmark = readCursor(dispatcher.store, cursor).get(only);
  const isBehind = bookmark !== undefined && bookmark.sequence >= wanted.sequence;
  const moved = new Map(isBehind ? [] : [[only, wanted]]);
  moveCursor(dispatcher.store, cursor, moved);
  const upTo = told.filter(({ position: at }) => Number.parseInt(at, 10) <= wanted.sequence);
  return acknowledged(cursor, moved, upTo);
}

/** Where a cursor was never used, all that has happened until now counts as acknowledged; null where it was. */
export function acknowledgeFirst(dispatcher: Dispatcher, cursor: string): Acknowledged | null {
  if (hasCursor(dispatcher.store, cursor)) return null;
  return acknowledge(dispatcher, { cursor, ids: null });
}

function acknowledged(
  cursor: string,
  moved: ReadonlyMap<string, JournalPosition>,
  notifications: Notification[],
): Acknowledged {
  const tasks = [...moved].map(([id, to]) => ({ task_id: id, position: positionText(to) }));
  return { cursor, tasks, notifications };
}

function positionIn({ store }: Dispatcher, id: string, wanted: string): JournalPosition {
  const found = store
    .journal(id)
    .scannedAfter()
    .find(({ event }) => `${event.sequence}:${event.nonce}` === wanted);
  if (found !== undefined) return positionOf(found);
  throw new UsageError(
    'position_unknown',
    `task ${id} has no event at position ${wanted}`,
    'take the position that `dispatch --json watch` or `list --unacknowledged` printed, or leave --position out',
  );
}
