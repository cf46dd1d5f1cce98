import { livingAttempt } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { markedOf } from '../act/index.ts';
import { lookAtProcesses } from '../processes/index.ts';
import type { Report } from './finding.ts';
import { readTask } from './read-task.ts';

/** Processes that carry the mark of a task whose attempts have all ended. They are named, never ended. */
export function examineOrphans(dispatcher: Dispatcher, ids: readonly string[], report: Report): void {
  const table = lookAtProcesses();
  for (const id of ids) {
    const task = readTask(dispatcher, id);
    if (task === null || livingAttempt(task) !== null) continue;
    for (const { pid, command } of markedOf(dispatcher, task, table))
      report({
        what: 'leftover',
        task_id: id,
        path: null,
        action: `process ${pid} (${command.slice(0, 80)}) is left running; end it with \`dispatch cancel ${id}\``,
        repaired: false,
      });
  }
}
