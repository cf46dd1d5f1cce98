import { livingAttempt, type Task } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { markedOf } from '../act/index.ts';
import { lookAtProcesses, suspects } from '../processes/index.ts';
import type { Report } from './finding.ts';

/** Processes that carry the mark of a task whose attempts have all ended. They are named, never ended. */
export function examineOrphans(dispatcher: Dispatcher, tasks: Iterable<Task>, report: Report): void {
  const table = lookAtProcesses();
  const among = suspects(table, dispatcher.store.root, dispatcher.machine.uid);
  if (among.length === 0) return;
  for (const task of tasks) {
    if (livingAttempt(task) !== null) continue;
    for (const { pid, command } of markedOf(dispatcher, task, table, null, among))
      report({
        what: 'leftover',
        task_id: task.id,
        path: null,
        action: `process ${pid} (${command.slice(0, 80)}) is left running; end it with \`dispatch cancel ${task.id}\``,
        repaired: false,
      });
  }
}
