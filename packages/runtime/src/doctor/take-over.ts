import { livingAttempt, type Journal, type Task } from '@dispatch/core';
import { afterEnd, closeAttempt } from '../act/index.ts';
import { decide } from '../decide/index.ts';
import type { Dispatcher } from '../dispatcher.ts';
import { AttemptMemory, grantOf, journalRecorder, observeAttempt } from '../observe/index.ts';
import { lookAtProcesses } from '../processes/index.ts';
import { Lease, readLease } from '../supervisor/lease.ts';
import type { Report } from './finding.ts';
import { readTask } from './read-task.ts';

/** Carries out the user's word that whoever is recorded elsewhere has ended: the lease, then each attempt. */
export async function takeOver(
  dispatcher: Dispatcher,
  open: readonly string[],
  report: Report,
): Promise<void> {
  const lease = readLease(dispatcher);
  if (lease.kind === 'unknown') {
    Lease.takeAfter(dispatcher, lease.epoch)?.release();
    report({
      what: 'lease_taken_over',
      task_id: null,
      path: dispatcher.store.layout.lease,
      action: `taken over from epoch ${lease.epoch} (${lease.how})`,
      repaired: true,
    });
  }
  for (const id of open) {
    const task = readTask(dispatcher, id);
    if (task !== null && livingAttempt(task) !== null)
      await closeUnknown(dispatcher, dispatcher.store.journal(id), task, report);
  }
}

async function closeUnknown(
  dispatcher: Dispatcher,
  journal: Journal,
  task: Task,
  report: Report,
): Promise<void> {
  const living = livingAttempt(task);
  if (living === null) return;
  const memory = new AttemptMemory(living, grantOf(dispatcher, task, living));
  const recorder = journalRecorder(journal, task);
  const observation = observeAttempt({ dispatcher, recorder, memory, look: lookAtProcesses });
  if (observation === null || !['unknown', 'claim_lost'].includes(observation.facts.life)) return;
  memory.log?.end();
  const again = observeAttempt({ dispatcher, recorder, memory, look: lookAtProcesses });
  if (again === null) return;
  const action = decide({ ...again.facts, life: 'ended' }, again.details);
  if (action.do !== 'close') return;
  const closed = closeAttempt(journal, recorder.task, again, action.ending);
  if (closed !== null) await afterEnd(dispatcher, closed);
  report({
    what: 'attempt_taken_over',
    task_id: task.id,
    path: null,
    action: `attempt ${living.attempt} was closed as ended: ${action.ending.status}, ${action.ending.reason}`,
    repaired: true,
  });
}
