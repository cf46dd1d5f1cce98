import { findTaskId } from '@dispatch/core';
import * as runtime from '@dispatch/runtime';
import type { PlacedEvent, TaskRow, Waited } from '@dispatch/runtime';
import { placed, type TaskEvent } from './events.ts';
import { dispatcherAt, taskAt, type Here } from './here.ts';
import { askedOf, type ListOptions } from './look.ts';

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
  const whole = [...new Set(ids.map((id) => findTaskId(dispatcher.store, id)))];
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

function never(): AbortSignal {
  return new AbortController().signal;
}
