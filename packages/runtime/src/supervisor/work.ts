import { activeTaskIds, livingAttempt, pendingQuestions, type Task } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';

/** Pending because an attempt is to follow by itself. */
export function awaitsStart(task: Task): boolean {
  return task.status === 'pending' && task.reason === 'starting' && pendingQuestions(task).length === 0;
}

/** Whether a task needs a supervisor: a living attempt, or something that is to be carried out. */
export function needsSupervisor(task: Task): boolean {
  return livingAttempt(task) !== null || task.cancel_requested_at !== null || awaitsStart(task);
}

/**
 * Whether any task of the store does; `except` those that a supervisor has just failed at. `ids`: those to look at, where
 * the index may not be whole.
 */
export function hasWork(
  { store }: Dispatcher,
  except: ReadonlySet<string> = new Set(),
  ids: readonly string[] = activeTaskIds(store),
): boolean {
  return ids.some((id) => {
    if (except.has(id)) return false;
    try {
      const { task } = store.journal(id).refresh();
      return task !== null && needsSupervisor(task);
    } catch {
      // Damaged, or in the making; `doctor` tells about the first.
      return false;
    }
  });
}
