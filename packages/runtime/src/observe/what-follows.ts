import type { Attempt, AttemptCause, Grant, Task } from '@dispatch/core';
import type { Facts } from '../decide/facts.ts';

const interruptionsAtMost = 2;
const failedChecksAtMost = 2;
/** However a store reads, a typed attempt is followed by no more than these of the agent, and of checks. */
export const automaticAtMost = 5;
export const checksAtMost = 10;

/** What may follow an attempt by itself. */
export function automaticFact(task: Task, attempt: Attempt, grant: Grant | null): Facts['automatic'] {
  if (grant === null || grant.automatic_used >= automaticAtMost) return 'neither';
  if (attempt.kind === 'check' && grant.checks_used >= checksAtMost) return 'neither';
  const causes = causesSinceTyped(task);
  const interruptions = causes.filter((cause) => cause === 'interrupted').length;
  const interruption = grant.settings.on_interrupt === 'resume' && interruptions < interruptionsAtMost;
  const continuation = !causes.includes('continue');
  if (interruption && continuation) return 'both';
  return interruption ? 'interruption' : continuation ? 'continuation' : 'neither';
}

/** Why each attempt was started that has followed the last typed one by itself, newest first. */
function causesSinceTyped(task: Task): AttemptCause[] {
  const causes: AttemptCause[] = [];
  for (const attempt of [...task.attempts].reverse()) {
    if (!attempt.automatic) break;
    causes.push(attempt.cause);
  }
  return causes;
}

export function kindFact(task: Task, attempt: Attempt, grant: Grant | null): Facts['kind'] {
  if (attempt.kind === 'interactive') return 'by_hand';
  // Nobody but a grant says what is to be run; without one, success is not to be had either.
  if (attempt.kind !== 'check')
    return (grant?.settings ?? task.settings).verify === null ? 'turn' : 'checked_turn';
  const sentBack = causesSinceTyped(task).filter((cause) => cause === 'verify_failed').length;
  return sentBack < failedChecksAtMost ? 'check' : 'last_check';
}
