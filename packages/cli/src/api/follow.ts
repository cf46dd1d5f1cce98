import { findTaskId, UsageError } from '@dispatch/core';
import * as runtime from '@dispatch/runtime';
import type { Acknowledged, Dispatcher, Notification, PlacedEvent, TaskRow, Waited } from '@dispatch/runtime';
import { placed, type TaskEvent } from './events.ts';
import { dispatcherAt, taskAt, type Here } from './here.ts';
import { askedOf, type ListOptions } from './look.ts';
import { requireCursor } from './require-words.ts';

/** What ends a wait or an iteration before its time: quietly, whatever it followed goes on. */
export interface Stoppable {
  signal?: AbortSignal;
}

/** Left out: all are waited for, without a limit. */
export interface WaitOptions extends Stoppable {
  /** Return with the first. */
  any?: boolean;
  /** In milliseconds; null for no limit. */
  timeoutMs?: number | null;
}

/**
 * Resolves when each task (with `any` the first) has ended or awaits its user, at once where that is so already: asked
 * again after a crash it misses nothing. When the time is over or `signal` is aborted it resolves, too, with
 * `timed_out` and the tasks as they stand. Throws NotFoundError (`no_store`, `task_not_found`), StoreError.
 *
 * @category Following
 *
 * @example
 * ```ts
 * import { here, waitForTasks } from '@dispatch/cli';
 *
 * const { tasks, timed_out } = await waitForTasks(here(), ['@last'], { timeoutMs: 9 * 60_000 });
 * console.log(timed_out, tasks[0]?.status, tasks[0]?.reason);
 * ```
 */
export async function waitForTasks(
  at: Here,
  ids: readonly string[],
  { any = false, timeoutMs = null, signal }: WaitOptions = {},
): Promise<Waited> {
  const dispatcher = dispatcherAt(at);
  const whole = wholeIds(dispatcher, ids) ?? [];
  // There is no first of none.
  if (whole.length === 0) return { tasks: [], timed_out: false };
  return runtime.waitForTasks(dispatcher, whole, {
    any,
    timeoutMs,
    ...(signal === undefined ? {} : { signal }),
  });
}

/**
 * Events of a task as they are committed, from the first or after a position on. Ends when the task has ended or
 * `signal` is aborted; keep the position of the newest event that you have acted on, and go on from there after a
 * crash. Throws UsageError `position_unknown`, NotFoundError (`no_store`, `task_not_found`), StoreError.
 *
 * @category Following
 *
 * @example
 * ```ts
 * import { here, watchEvents } from '@dispatch/cli';
 *
 * for await (const event of watchEvents(here(), '@last', { signal: AbortSignal.timeout(60_000) }))
 *   console.log(event.position, event.kind, event.message);
 * ```
 */
export async function* watchEvents(
  at: Here,
  id: string,
  { after = null, signal }: Stoppable & { after?: string | null } = {},
): AsyncGenerator<TaskEvent, void, undefined> {
  const task = taskAt(at, id);
  const options = { after, signal: signal ?? never() };
  for await (const event of runtime.followEvents(task.dispatcher, task.id, options)) yield placed(event);
}

/**
 * What an agent says and does in an attempt (counted from 0; null: the last), as it comes, until the attempt has ended
 * or `signal` is aborted. Throws NotFoundError (`no_store`, `task_not_found`, `attempt_not_found`), StoreError.
 *
 * @category Following
 */
export async function* watchTranscript(
  at: Here,
  id: string,
  { attempt = null, signal }: Stoppable & { attempt?: number | null } = {},
): AsyncGenerator<PlacedEvent, void, undefined> {
  const task = taskAt(at, id);
  yield* runtime.openTranscript(task.dispatcher, task.id, { attempt }).follow(signal ?? never());
}

/**
 * What `listTasks` finds, at once and again whenever something may have changed, until `signal` is aborted. `sinceMs`
 * is a moment that stands still. Throws NotFoundError `no_store`, StoreError.
 *
 * @category Following
 */
export async function* watchList(
  at: Here,
  { signal, ...options }: Stoppable & ListOptions = {},
): AsyncGenerator<TaskRow[], void, undefined> {
  const asked = askedOf(options);
  yield* runtime.listTasksAgain(dispatcherAt(at), () => asked, { signal: signal ?? never() });
}

/** Whose notifications, and of which tasks; left out: of the cursor `default`, and of every task. */
export interface WatchOptions extends Stoppable {
  /** A name of at most 64 lower-case letters, digits, dots, dashes and underscores; one for each host. */
  cursor?: string;
  ids?: readonly string[] | null;
}

/**
 * What has ended, asked, or stopped to wait for the user: first what the cursor has not acknowledged, however long ago,
 * then what comes, until `signal` is aborted. Whoever dies before {@link acknowledge} is told again. Throws UsageError
 * `invalid_value`, NotFoundError (`no_store`, `task_not_found`), StoreError.
 *
 * @category Following
 *
 * @example
 * ```ts
 * import { acknowledge, here, watchTasks } from '@dispatch/cli';
 *
 * const signal = AbortSignal.timeout(60_000);
 * for await (const one of watchTasks(here(), { cursor: 'my-host', signal })) {
 *   console.log(one.type, one.task_id, one.reason);
 *   await acknowledge(here(), [one.task_id], { cursor: 'my-host', position: one.position });
 * }
 * ```
 */
export async function* watchTasks(
  at: Here,
  { cursor = 'default', ids = null, signal }: WatchOptions = {},
): AsyncGenerator<Notification, void, undefined> {
  requireCursor(cursor);
  const dispatcher = dispatcherAt(at);
  const options = { cursor, ids: wholeIds(dispatcher, ids), signal: signal ?? never() };
  for await (const told of runtime.watchTasks(dispatcher, options)) yield* told;
}

/**
 * Takes note, for a cursor (`default` where left out), of all that has happened in tasks (null: in every one), or of one up
 * to `position`; that is told no more. Durable once it resolves. Throws UsageError (`invalid_value`, `position_unknown`),
 * NotFoundError (`no_store`, `task_not_found`), StoreError.
 *
 * @category Following
 */
export async function acknowledge(
  at: Here,
  ids: readonly string[] | null,
  { cursor = 'default', position = null }: { cursor?: string; position?: string | null } = {},
): Promise<Acknowledged> {
  requireCursor(cursor);
  if (position !== null && ids?.length !== 1)
    throw new UsageError('invalid_value', 'a position is that of one task', 'Name one task with it.');
  const dispatcher = dispatcherAt(at);
  return runtime.acknowledge(dispatcher, { cursor, ids: wholeIds(dispatcher, ids), position });
}

/**
 * Has a cursor that was never used pass over all that has happened until now: for a host that comes to a store with a
 * history. Resolves with false, and changes nothing, where it was used. Throws UsageError `invalid_value`, NotFoundError
 * `no_store`, StoreError.
 *
 * @category Following
 */
export async function beginCursor(at: Here, cursor: string): Promise<boolean> {
  requireCursor(cursor);
  return runtime.acknowledgeFirst(dispatcherAt(at), cursor) !== null;
}

function wholeIds({ store }: Dispatcher, ids: readonly string[] | null): string[] | null {
  return ids === null ? null : [...new Set(ids.map((id) => findTaskId(store, id)))];
}

function never(): AbortSignal {
  return new AbortController().signal;
}
