import {
  durationText,
  type AttemptOutcome,
  type Continuation,
  type StopReason,
  type TaskReason,
  type TaskStatus,
} from '@dispatch/core';
import type { Details, Facts } from './facts.ts';

/** How an attempt is closed. `next`: why another follows by itself. */
export interface Ending {
  outcome: AttemptOutcome;
  status: Exclude<TaskStatus, 'running'>;
  reason: TaskReason;
  detail: string | null;
  next: Continuation | null;
}

export type Action =
  | { do: 'wait' }
  | { do: 'relaunch' }
  /** Take the claim, so that no launcher ever can, then close; where a launcher came first nothing is closed. */
  | { do: 'take_claim'; then: Ending }
  | { do: 'request_stop'; why: StopReason }
  /** Carry on with the stop that the journal holds. */
  | { do: 'stop' }
  /** `sweep`: close only when every process of the task, or of this attempt, has been seen gone. */
  | { do: 'close'; ending: Ending; sweep: 'task' | 'attempt' | null };

/** What is to be done about an attempt. Pure: the same facts give the same action, whoever looks and whenever. */
export function decide(facts: Facts, details: Details): Action {
  switch (facts.life) {
    case 'unknown':
      return { do: 'wait' };
    case 'claim_lost':
      // Whoever carries the mark is ended and seen gone; what cannot be known is not needed for that.
      return facts.stop === 'cancel' ? { do: 'close', ending: cancelled, sweep: 'task' } : { do: 'wait' };
    case 'unclaimed':
      return facts.stop === 'cancel' ? { do: 'take_claim', then: cancelled } : { do: 'wait' };
    case 'overdue':
      if (facts.stop === 'cancel') return { do: 'take_claim', then: cancelled };
      // Whoever wanted to be at its terminal is not there any more.
      return facts.kind === 'by_hand' ? { do: 'take_claim', then: neverEntered } : { do: 'relaunch' };
    case 'never_claimed':
      if (facts.stop === 'cancel') return { do: 'take_claim', then: cancelled };
      return { do: 'take_claim', then: facts.kind === 'by_hand' ? neverEntered : notStarted };
    case 'working':
    case 'lingering':
    case 'timeout':
    case 'stalled':
      return decideWorking(facts.life, facts);
    case 'ended':
      return close(facts, details);
  }
}

function decideWorking(life: 'working' | 'lingering' | 'timeout' | 'stalled', { stop, kind }: Facts): Action {
  if (stop !== 'none') return { do: 'stop' };
  if (life === 'working' || kind === 'by_hand') return { do: 'wait' };
  return { do: 'request_stop', why: life === 'lingering' ? 'finished' : life };
}

function close(facts: Facts, details: Details): Action {
  const ending = endingOf(facts, details);
  if (facts.stop === 'cancel') return { do: 'close', ending, sweep: 'task' };
  // What a check has started is never left running, and what the agent left running is not the check's to end.
  if (isCheck(facts)) return { do: 'close', ending, sweep: 'attempt' };
  const overTime = facts.stop === 'timeout' || facts.stop === 'stalled';
  return { do: 'close', ending, sweep: overTime ? 'task' : null };
}

function isCheck({ kind }: Facts): boolean {
  return kind === 'check' || kind === 'last_check';
}

const cancelled: Ending = {
  outcome: 'stopped',
  status: 'cancelled',
  reason: 'user',
  detail: null,
  next: null,
};

const notStarted: Ending = {
  outcome: 'not_started',
  status: 'failed',
  reason: 'not_started',
  detail: 'no launcher claimed the attempt',
  next: null,
};

const neverEntered: Ending = { ...notStarted, status: 'awaiting_user', reason: 'by_hand' };

/** The order of the architecture page: the first that holds decides. */
export function endingOf(facts: Facts, details: Details): Ending {
  const outcome = outcomeOf(facts);
  const ending = (
    status: Ending['status'],
    reason: TaskReason,
    detail: string | null = null,
    next: Continuation | null = null,
  ): Ending => ({ outcome, status, reason, detail, next });

  if (facts.stop === 'cancel') return cancelled;
  if (facts.mail === 'question') return ending('awaiting_user', 'question');
  if (facts.mail === 'answer') return ending('awaiting_user', 'answered');
  if (isCheck(facts)) return endingOfCheck(facts, details, ending);
  // What was done by hand is never judged: its user goes on from there.
  if (facts.kind === 'by_hand')
    return ending('awaiting_user', facts.outcome === 'cut_off' ? 'interrupted' : 'by_hand');
  if (facts.stop === 'timeout' || facts.stop === 'stalled')
    return { ...ending('failed', facts.stop, overrun(facts.stop, details)), outcome: 'stopped' };
  if (facts.session === 'unstarted' && facts.outcome !== 'succeeded') {
    const detail = 'the agent did not know the session';
    if (facts.automatic === 'neither') return ending('awaiting_user', 'interrupted', detail);
    return ending('pending', 'starting', detail, 'session_unknown');
  }
  if (facts.session === 'lost' && facts.outcome !== 'succeeded')
    return ending('failed', 'session_lost', details.failure?.message ?? null);
  switch (facts.outcome) {
    case 'failed':
      return ending('failed', details.failure?.class ?? 'agent_error', details.failure?.message ?? null);
    case 'silent_exit':
      return ending('failed', details.failure?.class ?? 'agent_error', details.failure?.message ?? null);
    case 'cut_off':
      if (facts.session === 'resumable' && (facts.automatic === 'both' || facts.automatic === 'interruption'))
        return ending('pending', 'starting', 'interrupted', 'interrupted');
      return ending('awaiting_user', 'interrupted');
    case 'succeeded':
      return succeeded(facts, details, ending);
  }
}

type Draft = (
  status: Ending['status'],
  reason: TaskReason,
  detail?: string | null,
  next?: Continuation | null,
) => Ending;

/** A check that was cut off says nothing and runs again; one that fails goes back into the session. */
function endingOfCheck(facts: Facts, details: Details, ending: Draft): Ending {
  const overTime = facts.stop === 'timeout' || facts.stop === 'stalled';
  if (!overTime && facts.outcome === 'succeeded') return completed(facts, details, ending);
  if (!overTime && facts.outcome === 'cut_off')
    return facts.automatic === 'neither'
      ? ending('awaiting_user', 'interrupted', 'the check was interrupted')
      : ending('pending', 'starting', 'the check was interrupted', 'verify');
  const said = overTime ? overrun('timeout', details) : (details.failure?.message ?? null);
  const detail = `the check failed${said === null ? '' : `: ${said}`}`;
  const goesBack = facts.kind === 'check' && facts.session === 'resumable' && facts.automatic !== 'neither';
  return {
    ...(goesBack
      ? ending('pending', 'starting', detail, 'verify_failed')
      : ending('failed', 'verification', detail)),
    outcome: 'failed',
  };
}

function completed(facts: Facts, details: Details, ending: Draft): Ending {
  if (facts.kind === 'checked_turn')
    return facts.automatic === 'neither'
      ? ending('awaiting_user', 'interrupted', 'the check was not run')
      : ending('pending', 'starting', 'to be checked', 'verify');
  const marked = facts.plan === 'complete' || details.marked_done;
  return ending('completed', marked ? 'worker_marked_done' : 'turn_succeeded');
}

/** Which limit it was, for whoever has to set a better one. */
function overrun(why: 'timeout' | 'stalled', { limits }: Details): string | null {
  const seconds = why === 'timeout' ? limits.timeout_seconds : limits.stall_timeout_seconds;
  if (seconds === null) return null;
  const limit = durationText(seconds);
  return why === 'timeout' ? `the limit of ${limit} is over` : `nothing new came for the limit of ${limit}`;
}

function outcomeOf(facts: Facts): AttemptOutcome {
  if (facts.stop === 'cancel') return 'stopped';
  if (facts.outcome === 'succeeded') return 'succeeded';
  return facts.outcome === 'cut_off' ? 'interrupted' : 'failed';
}

function succeeded(facts: Facts, details: Details, ending: Draft): Ending {
  switch (facts.plan) {
    case 'direct':
    case 'complete':
      return completed(facts, details, ending);
    case 'draft':
      return ending('awaiting_user', 'discussion_draft');
    case 'failed_item':
      return ending('failed', 'agent_error', `the plan marks as failed: ${details.item ?? ''}`);
    case 'blocked_item':
      return ending('awaiting_user', 'plan_incomplete', `the plan marks as blocked: ${details.item ?? ''}`);
    case 'open':
      if (facts.session === 'resumable' && (facts.automatic === 'both' || facts.automatic === 'continuation'))
        return ending('pending', 'starting', 'the plan is not complete', 'continue');
      return ending('awaiting_user', 'plan_incomplete', details.item);
  }
}
