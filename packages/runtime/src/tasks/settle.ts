import { livingAttempt, type Journal, type Task } from '@dispatch/core';
import { afterEnd, closeAttempt } from '../act/index.ts';
import { decide } from '../decide/index.ts';
import type { Dispatcher } from '../dispatcher.ts';
import { AttemptMemory, grantOf, journalRecorder, observeAttempt } from '../observe/index.ts';
import { lookAtProcesses } from '../processes/index.ts';

/**
 * Closes an attempt whose end is proved and that nobody has journalled yet. What signals or launches is left to the
 * supervisor.
 */
export async function settleAttempt(dispatcher: Dispatcher, journal: Journal, task: Task): Promise<void> {
  const living = livingAttempt(task);
  if (living === null) return;
  const memory = new AttemptMemory(living, grantOf(dispatcher, task, living));
  const recorder = journalRecorder(journal, task);
  const observation = observeAttempt({ dispatcher, recorder, memory, look: lookAtProcesses });
  if (observation === null) return;
  const action = decide(observation.facts, observation.details);
  if (action.do !== 'close' || action.sweep !== null || action.ending.next !== null) return;
  const closed = closeAttempt(journal, recorder.task, observation, action.ending);
  if (closed !== null) await afterEnd(dispatcher, closed);
}
