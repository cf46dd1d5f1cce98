import { agentAttempts } from './apply.ts';
import type { Task, TaskReason } from '../records/index.ts';

/** Failures that a resume meets again, because they lie in the session itself and not in account, network or model. */
const ofTheSession: readonly TaskReason[] = ['agent_error', 'context_length', 'output_limit', 'refused'];

const triesAtLeast = 2;

/**
 * Whether resumes of an established session fail again and again before the model takes part: the last two did, with
 * one reason.
 */
export function isSessionPoisoned(task: Pick<Task, 'session' | 'attempts'>): boolean {
  const { session } = task;
  if (session === null || !session.established) return false;
  const last = agentAttempts(task).slice(-triesAtLeast);
  const reason = last.at(-1)?.reason ?? null;
  if (last.length < triesAtLeast || reason === null || !ofTheSession.includes(reason)) return false;
  return last.every(
    (attempt) =>
      attempt.resumes_session &&
      attempt.outcome === 'failed' &&
      attempt.model_took_part === false &&
      attempt.reason === reason,
  );
}
