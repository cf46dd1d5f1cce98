import {
  addUsage,
  agentAttempts,
  type Attempt,
  type EventDataOf,
  type Task,
  type Usage,
} from '@dispatch/core';
import { findBackend } from '@dispatch/backends';
import { beginsAsCopy } from '../attempts/session-plan.ts';
import type { Ending } from '../decide/index.ts';
import type { Observation } from '../observe/observe.ts';

/** What the journal says of the end of an attempt. */
export function endedData(
  task: Task,
  observation: Observation,
  ending: Ending,
): EventDataOf<'attempt_ended'> {
  const { attempt, exitCode, leftovers } = observation;
  const { usage, told } = usageOf(task, observation);
  return {
    attempt: attempt.attempt,
    outcome: ending.outcome,
    status: ending.status,
    reason: ending.reason,
    detail: ending.detail?.slice(0, 600) ?? null,
    next: ending.next,
    exit_code: exitCode,
    model_took_part: tookPart(observation),
    usage,
    usage_told: told,
    leftovers: leftovers.slice(0, 8).map((one) => ({ ...one, command: one.command.slice(0, 120) })),
  };
}

/** Null where nothing that the agent prints would show it. */
function tookPart({ summary, attempt }: Observation): boolean | null {
  if (attempt.kind !== 'one_shot') return null;
  return findBackend(attempt.backend_type)?.has_transcript === true ? summary.established : null;
}

/** What an agent had counted in a session before; `unknown` where somebody worked there whom nobody listened to. */
type Told = Usage | 'nothing' | 'unknown';

/**
 * What an attempt used: where the agent counts over its whole session, the difference to what it had told before. With
 * `told`, what it said itself, where it counts like that.
 */
export function usageOf(
  task: Task,
  { summary, attempt }: { summary: Pick<Observation['summary'], 'usage'>; attempt: Attempt },
): { usage: Usage | null; told: Usage | null } {
  const { usage } = summary;
  const scope = findBackend(attempt.backend_type)?.usage_scope(attempt.agent_version);
  if (usage === null || scope === undefined) return { usage, told: null };
  const isRunning = { tokens: scope.tokens === 'thread', cost: scope.cost === 'session' };
  const earlier = agentAttempts(task).filter((one) => one.attempt < attempt.attempt);
  const before = attempt.resumes_session ? toldSoFar(task, earlier) : toldAtBeginning(task, attempt);
  const part = (field: keyof Usage, running: boolean): number | null =>
    running ? sinceThen(usage[field], before, field) : usage[field];
  return {
    usage: {
      input_tokens: part('input_tokens', isRunning.tokens),
      output_tokens: part('output_tokens', isRunning.tokens),
      cached_input_tokens: part('cached_input_tokens', isRunning.tokens),
      cost_usd: part('cost_usd', isRunning.cost),
    },
    told: isRunning.tokens || isRunning.cost ? usage : null,
  };
}

/** What has been counted in the session of a task by the end of these attempts of its agent. */
export function toldSoFar(task: Task, attempts: readonly Attempt[]): Told {
  let since: Usage | null = null;
  for (const attempt of attempts.toReversed()) {
    if (attempt.kind === 'interactive') return 'unknown';
    if (attempt.usage_told !== null) return addUsage(attempt.usage_told, since) ?? 'nothing';
    // Of a version that counted for itself.
    since = addUsage(attempt.usage, since);
    if (attempt.resumes_session) continue;
    const before = toldAtBeginning(task, attempt);
    return before === 'unknown'
      ? before
      : (addUsage(before === 'nothing' ? null : before, since) ?? 'nothing');
  }
  return task.begins_from === null ? (since ?? 'nothing') : 'unknown';
}

/** A copy of a session goes on counting where that was; every other new one from nothing. */
function toldAtBeginning(task: Task, attempt: Attempt): Told {
  return beginsAsCopy(task, attempt) ? (task.begins_from?.usage_told ?? 'unknown') : 'nothing';
}

function sinceThen(now: number | null, before: Told, field: keyof Usage): number | null {
  if (now === null || before === 'unknown') return null;
  return Math.max(0, now - (before === 'nothing' ? 0 : (before[field] ?? 0)));
}
