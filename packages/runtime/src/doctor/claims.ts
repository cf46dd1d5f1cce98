import { livingAttempt, type Task } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { claimLiveness } from '../observe/index.ts';
import type { Report } from './finding.ts';

/** An attempt of which it cannot be said from here whether it lives: only the user can, so it is named. */
export function examineLiveness(dispatcher: Dispatcher, task: Task, report: Report): void {
  const living = livingAttempt(task);
  if (living === null) return;
  const liveness = claimLiveness(dispatcher, task, living, dispatcher.store.ref);
  if (liveness.state !== 'unknown') return;
  report({
    what: 'attempt_unknown',
    task_id: task.id,
    path: null,
    action: `attempt ${living.attempt} cannot be judged: ${liveness.how}; if you know that it has ended, say so with \`dispatch doctor --take-over\``,
    repaired: false,
  });
}
