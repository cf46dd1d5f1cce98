import { isTerminal, NotFoundError, type Task } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { TaskReader, type TaskView } from './view.ts';
import { Unacknowledged } from '../cursors/unacknowledged.ts';
import { positionText } from './events.ts';
import { everyTask, matches, type TaskFilter } from './filter.ts';
import { lookAfter, newestIds, openIds } from './look-after.ts';
import { RowCache } from './row-cache.ts';

export interface TaskRow {
  task_id: string;
  title: string;
  status: Task['status'];
  reason: Task['reason'];
  detail: string | null;
  backend: string;
  model: string | null;
  /** The agent of the configuration by which it was started. */
  named_agent?: string;
  created_at: string;
  updated_at: string;
  pending_question_count: number;
  attempt_alive: boolean | null;
  usage: Task['usage'];
  /** Why the row cannot be believed, or null. */
  damage: string | null;
  /** Of the journal that this was read from, to acknowledge it with; where it was asked what is not acknowledged. */
  position?: string;
}

/**
 * Tasks, newest first. A task that cannot be read is a row that says so, whatever is asked for. Starts a supervisor where
 * work has none.
 */
export function listTasks(
  dispatcher: Dispatcher,
  { limit, filter = everyTask }: { limit: number | null; filter?: TaskFilter },
): TaskRow[] {
  lookAfter(dispatcher);
  const reader = new TaskReader(dispatcher);
  const wanted = limit ?? Number.POSITIVE_INFINITY;
  const cache = filter === everyTask && RowCache.isWorthwhile(wanted) ? new RowCache(dispatcher) : null;
  const ids = filter.active ? openIds(dispatcher).toReversed() : newestIds(dispatcher);
  const { unacknowledged: by } = filter;
  const notes = by === null ? null : new Unacknowledged(dispatcher, by);
  const rows: TaskRow[] = [];
  for (const id of ids) {
    if (rows.length === wanted) break;
    const read = (): TaskRow | null => rowOf(reader, id, filter, notes);
    const row = cache === null ? read() : (cache.get(id) ?? cache.add(id, read));
    if (row !== null) rows.push(row);
  }
  cache?.save();
  return rows;
}

/** Null where the task is not asked for, or only its marker is there. */
function rowOf(
  reader: TaskReader,
  id: string,
  filter: TaskFilter,
  notes: Unacknowledged | null,
): TaskRow | null {
  try {
    if (notes?.isNoted(id) === true) return null;
    const { view, journal, state } = reader.read(id);
    if (filter.active && isTerminal(view)) return null;
    if (!matches(view, filter)) return null;
    const row = { ...fromView(view), damage: damageOf(view, state) };
    if (notes === null) return row;
    return notes.has(id, journal, state.task) ? { ...row, position: positionText(state.position) } : null;
  } catch (error) {
    if (error instanceof NotFoundError) return null;
    return unreadableRow(id, error instanceof Error ? error.message : String(error));
  }
}

/** What stands for something of which only this is known. */
export function unreadableRow(id: string, damage: string): TaskRow {
  return {
    task_id: id,
    title: '',
    status: 'failed',
    reason: 'agent_error',
    detail: null,
    backend: '',
    model: null,
    created_at: '',
    updated_at: '',
    pending_question_count: 0,
    attempt_alive: null,
    usage: null,
    damage,
  };
}

function fromView(view: TaskView): Omit<TaskRow, 'damage'> {
  const { id, title, status, reason, detail, backend, model, created_at, updated_at, usage } = view;
  const { pending_question_count, attempt_alive, named_agent: name } = view;
  return {
    task_id: id,
    title,
    status,
    reason,
    detail,
    backend,
    model,
    ...(name === undefined ? {} : { named_agent: name }),
    created_at,
    updated_at,
    pending_question_count,
    attempt_alive,
    usage,
  };
}

export function damageOf(
  view: TaskView,
  state: {
    gap: { expected: number; found: number } | null;
    newer_version: boolean;
    snapshot_distrust: string | null;
  },
): string | null {
  if (state.gap !== null)
    return `event ${state.gap.expected} is missing from the journal; run \`dispatch doctor\``;
  if (state.newer_version) return 'newer_version: changed by a newer dispatch';
  if (state.snapshot_distrust === 'edited') return 'task.json was edited by hand; the journal counts';
  const last = view.damage.at(-1);
  return last === undefined ? null : `${last.what}${last.path === null ? '' : `: ${last.path}`}`;
}
