import * as runtime from '@dispatch/runtime';
import type { PlacedEvent, RawLog, TaskFilter, TaskResult, TaskRow, TaskView } from '@dispatch/runtime';
import type { InspectedTask } from '../contract/tasks.ts';
import { placed, type TaskEvent } from './events.ts';
import { given } from './given.ts';
import { dispatcherAt, surroundingsAt, taskAt, type Here } from './here.ts';
import { requireCursor } from './require-words.ts';

/** Which tasks are listed; what is left out is not asked about. */
export interface ListOptions extends Partial<TaskFilter> {
  /** The newest so many; null for all. */
  limit?: number | null;
}

/**
 * Tasks, newest first. One that cannot be read is a row whose `damage` says so. Throws NotFoundError `no_store`,
 * StoreError.
 *
 * @category Looking
 */
export async function listTasks(at: Here, options: ListOptions = {}): Promise<TaskRow[]> {
  const asked = askedOf(options);
  return runtime.listTasks(dispatcherAt(at), asked);
}

/** Without a filter where nothing was asked for: then no more is read than is shown. */
export function askedOf({ limit = null, ...asked }: ListOptions): {
  limit: number | null;
  filter?: TaskFilter;
} {
  const filter = given(asked);
  const { unacknowledged: by } = filter;
  if (typeof by === 'object' && by !== null) requireCursor(by.cursor);
  if (Object.keys(filter).length === 0) return { limit };
  return {
    limit,
    filter: { ...runtime.everyTask, ...filter },
  };
}

/** What was read of one store, or why it could not be. */
export type InStore<T> =
  { root: string; found: T; error: null } | { root: string; found: null; error: string };

/**
 * Reads every store that this user has dispatched from; one that is gone is passed over, one that cannot be read says
 * why and stops no other.
 *
 * @category Looking
 *
 * @example
 * ```ts
 * import { everywhere, here, listQuestions } from '@dispatch/cli';
 *
 * for (const { root, found } of await everywhere(here(), (store) => listQuestions(store)))
 *   for (const asking of found ?? []) console.log(root, asking.task_id, asking.questions);
 * ```
 */
export async function everywhere<T>(at: Here, read: (store: Here) => Promise<T>): Promise<InStore<T>[]> {
  const stores = runtime.everywhere(surroundingsAt(at), ({ store }) => ({ ...at, root: store.root }));
  return Promise.all(
    stores.map(async ({ root, found: store, error }): Promise<InStore<T>> => {
      if (store === null) return { root, found: null, error };
      try {
        return { root, found: await read(store), error: null };
      } catch (thrown) {
        return { root, found: null, error: thrown instanceof Error ? thrown.message : String(thrown) };
      }
    }),
  );
}

/**
 * A task with its open questions and its newest events (`eventLimit`, 10), oldest of them first. `position` is that of
 * the last event, for {@link readEvents} and `watchEvents`. Throws NotFoundError (`no_store`, `task_not_found`),
 * StoreError.
 *
 * @category Looking
 */
export async function inspectTask(
  at: Here,
  id: string,
  { eventLimit = 10 }: { eventLimit?: number } = {},
): Promise<InspectedTask> {
  const task = taskAt(at, id);
  const found = runtime.inspectTask(task.dispatcher, task.id, { eventLimit });
  return {
    task_id: task.id,
    ...found,
    pending_question_count: found.task.pending_question_count,
    recent_events: found.recent_events.map(placed),
  };
}

/**
 * The task alone, as it stands now. Throws NotFoundError (`no_store`, `task_not_found`), StoreError.
 *
 * @category Looking
 */
export async function readTask(at: Here, id: string): Promise<TaskView> {
  const task = taskAt(at, id);
  return runtime.statusOf(task.dispatcher, task.id);
}

/**
 * What came of a task so far: the agent's last message, `output.md`, the files that changed. Throws NotFoundError
 * (`no_store`, `task_not_found`), StoreError.
 *
 * @category Looking
 */
export async function readResult(at: Here, id: string): Promise<TaskResult> {
  const task = taskAt(at, id);
  return runtime.resultOf(task.dispatcher, task.id);
}

/**
 * The journal of a task, or what comes after a position in it, and the position to ask from next. Throws UsageError
 * `position_unknown`, NotFoundError (`no_store`, `task_not_found`), StoreError.
 *
 * @category Looking
 */
export async function readEvents(
  at: Here,
  id: string,
  { after = null }: { after?: string | null } = {},
): Promise<{ events: TaskEvent[]; position: string }> {
  const task = taskAt(at, id);
  const { events, position } = runtime.readEvents(task.dispatcher, task.id, { after });
  return { events: events.map(placed), position };
}

/**
 * What the agent said and did in an attempt (counted from 0; null: the last), event by event: a log may be larger than
 * the memory. Throws NotFoundError (`no_store`, `task_not_found`, `attempt_not_found`), StoreError.
 *
 * @category Looking
 */
export async function* readTranscript(
  at: Here,
  id: string,
  { attempt = null }: { attempt?: number | null } = {},
): AsyncGenerator<PlacedEvent, void, undefined> {
  const task = taskAt(at, id);
  yield* runtime.readTranscript(task.dispatcher, task.id, { attempt });
}

/**
 * Where the bytes are that the agent wrote in an attempt (counted from 0; null: the last). Throws NotFoundError
 * (`no_store`, `task_not_found`, `attempt_not_found`), StoreError.
 *
 * @category Looking
 */
export async function rawLog(
  at: Here,
  id: string,
  { attempt = null }: { attempt?: number | null } = {},
): Promise<RawLog> {
  const task = taskAt(at, id);
  return runtime.rawLog(task.dispatcher, task.id, { attempt });
}

/**
 * The absolute path of a task's folder. Throws NotFoundError (`no_store`, `task_not_found`).
 *
 * @category Looking
 */
export async function taskFolder(at: Here, id: string): Promise<string> {
  const task = taskAt(at, id);
  return task.dispatcher.store.taskDir(task.id);
}
