import { livingAttempt } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { claimLiveness } from '../observe/index.ts';
import type { Report } from './finding.ts';

/** Attempts of which it cannot be said from here whether they live: only the user can, so they are named. */
export function examineLiveness(dispatcher: Dispatcher, id: string, report: Report): void {
  let task;
  try {
    task = dispatcher.store.journal(id).refresh().task;
  } catch {
    // Reported with the task's own examination.
    return;
  }
  const living = task === null ? null : livingAttempt(task);
  if (task === null || living === null) return;
  const liveness = claimLiveness(dispatcher, task, living, dispatcher.store.ref);
  if (liveness.state !== 'unknown') return;
  report({
    what: 'attempt_unknown',
    task_id: id,
    path: null,
    action: `attempt ${living.attempt} cannot be judged: ${liveness.how}; if you know that it has ended, say so with \`dispatch doctor --take-over\``,
    repaired: false,
  });
}
