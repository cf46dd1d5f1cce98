import { beginCursor, hasCursor, moveCursor, UsageError } from '@dispatch/core';
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
  const [only] = ids ?? [];
  const isBounded = position !== undefined && position !== null && only !== undefined;
  const upTo = isBounded ? sequenceAt(dispatcher, only, position) : Number.POSITIVE_INFINITY;
  const moves = watch.moves(upTo);
  moveCursor(dispatcher.store, cursor, moves);
  return {
    cursor,
    tasks: moves.map(({ id, to }) => ({ task_id: id, position: positionText(to) })),
    notifications: told.filter(({ position: at }) => Number.parseInt(at, 10) <= upTo),
  };
}

/**
 * Where a cursor was never used, it passes over all that has happened until now, but what has become of the task `but`; null
 * where it was. Throws RefusedError `sandboxed`, StoreError.
 */
export function acknowledgeFirst(
  dispatcher: Dispatcher,
  cursor: string,
  { but = null }: { but?: string | null } = {},
): Acknowledged | null {
  requireNoWorker(dispatcher, 'taking note for a host');
  const { store } = dispatcher;
  if (hasCursor(store, cursor)) return null;
  const watch = new NotificationWatch(dispatcher, { cursor, ids: null });
  const notifications = watch.look().filter(({ task_id: id }) => id !== but);
  const moves = watch.moves().filter(({ id }) => id !== but);
  const positions = new Map(moves.map(({ id, to }) => [id, to]));
  if (!beginCursor(store, cursor, positions)) return null;
  const tasks = [...positions].map(([id, to]) => ({ task_id: id, position: positionText(to) }));
  return { cursor, tasks, notifications };
}

function sequenceAt({ store }: Dispatcher, id: string, wanted: string): number {
  const found = store
    .journal(id)
    .scannedAfter()
    .find(({ event }) => `${event.sequence}:${event.nonce}` === wanted);
  if (found !== undefined) return found.event.sequence;
  throw new UsageError(
    'position_unknown',
    `task ${id} has no event at position ${wanted}`,
    'take the position that `dispatch --json watch` or `list --unacknowledged` printed, or leave --position out',
  );
}
