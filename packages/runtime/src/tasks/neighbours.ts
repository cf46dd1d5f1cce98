import { activeTaskIds, livingAttempt, type Task } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';

/** One line for each other task of the store that is at work in the same folder. */
export function neighbours({ store }: Dispatcher, task: Task): string[] {
  const lines: string[] = [];
  for (const id of activeTaskIds(store)) {
    if (id === task.id || lines.length === 5) continue;
    try {
      const other = store.journal(id).refresh().task;
      if (other === null || livingAttempt(other) === null || other.workspace_root !== task.workspace_root)
        continue;
      lines.push(`task ${id} (${other.title}) works in ${other.workspace_root}, too`);
    } catch {
      // A damaged neighbour is not this task's matter.
    }
  }
  return lines;
}
