import {
  livingAttempt,
  newNonce,
  grantsOf,
  isGrantClaimed,
  RefusedError,
  sameRoot,
  untakenAnswers,
  type AttemptCause,
  type Grant,
  type Journal,
  type Task,
} from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { grantOf } from '../observe/observe.ts';
import { automaticAtMost, checksAtMost } from '../observe/what-follows.ts';
import { agentVersion } from '../targets/index.ts';
import { readWorkspace } from '../workspace/index.ts';
import { planNext } from './next-attempt.ts';
import { startAttempt, type AttemptDraft } from './start.ts';

/** The supervisor's: starts the attempt that the end of the last one asks for, with its grant and never wider. */
export async function continueTask(dispatcher: Dispatcher, journal: Journal, task: Task): Promise<void> {
  const last = task.attempts.at(-1);
  const cause = last?.next ?? null;
  if (last === undefined) return park(journal, 'grant_mismatch: no first attempt is on record');
  if (cause === null) return park(journal, 'grant_mismatch: the attempt before asks for no other');
  const before = grantOf(dispatcher, task, last);
  const forbidden =
    before === null ? 'the attempt before has no grant' : whyNotAfter(dispatcher, task, before, cause);
  if (before === null || forbidden !== null) return park(journal, `grant_mismatch: ${forbidden}`);
  try {
    const draft = cause === 'verify' ? checkOf(before) : await nextOfAgent(dispatcher, task, before, cause);
    startAttempt(dispatcher, journal, task, draft);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    // Somebody typed a resume, and came first: nothing is left to do.
    if (error.code !== 'attempt_alive') park(journal, `${error.code}: ${error.message}`);
  }
}

async function nextOfAgent(
  dispatcher: Dispatcher,
  task: Task,
  before: Grant,
  wanted: AttemptCause,
): Promise<AttemptDraft> {
  const grant = {
    ...bare(before),
    runs: 'agent' as const,
    automatic_used: before.automatic_used + 1,
    agent_version: await agentVersion(dispatcher, before.backend_type, before.executable),
  };
  const asked = { cause: wanted, message: null, messagePath: null };
  const { cause, prompt, session } = await planNext(dispatcher, task, grant, asked);
  return {
    ...byItself(),
    cause,
    grant,
    prompt,
    answers: untakenAnswers(task),
    session,
    workspaceBefore: await readWorkspace(grant.workspace, { timeoutMs: 5000 }),
  };
}

/** The check is an attempt of its own kind: claimed, watched, cancelled and found again like any other. */
function checkOf(before: Grant): AttemptDraft {
  return {
    ...byItself(),
    cause: 'verify',
    grant: { ...bare(before), runs: 'check', agent_version: null, checks_used: before.checks_used + 1 },
    prompt: before.settings.verify ?? '',
    answers: [],
    session: { kind: 'new', locator: null },
    workspaceBefore: null,
  };
}

/** What every attempt that nobody types has in common. */
function byItself() {
  return { automatic: true, target: null, nonce: newNonce(), message: null, environmentChanged: [] };
}

/** What the grants say against a next attempt, whatever the journal says for it: a worker can write that. */
function whyNotAfter(dispatcher: Dispatcher, task: Task, before: Grant, cause: AttemptCause): string | null {
  if (!sameRoot(before.root, dispatcher.store.ref)) return 'the grant before is for another root';
  if (!isLatest(dispatcher, before)) return 'the grant before is not the latest of the task';
  if (before.attempt !== task.attempts.length - 1) return 'the grant before is for another attempt';
  if (cause === 'verify') {
    if (before.settings.verify === null) return 'no check was asked for';
    return before.checks_used < checksAtMost ? null : 'no further check may follow by itself';
  }
  if (cause === 'verify_failed' && before.runs !== 'check') return 'the attempt before was no check';
  if (before.automatic_used >= automaticAtMost) return 'no further attempt may follow by itself';
  if (cause === 'interrupted' && before.settings.on_interrupt !== 'resume')
    return 'an interruption is to be left to the user';
  return null;
}

/**
 * Whether no attempt was granted after this one, but for those that never came: whoever wrote such a grant for an attempt
 * by itself was killed before its commit. It allows what the one before does, so that nobody gains by its being passed over.
 */
function isLatest({ home }: Dispatcher, before: Grant): boolean {
  const grants = grantsOf(home, before.task_id);
  if (grants === null) return false;
  return grants
    .filter(({ attempt }) => attempt > before.attempt)
    .every((one) => followsByItself(one, before) && !isGrantClaimed(home, one.task_id, one.attempt_nonce));
}

function followsByItself(one: Grant, before: Grant): boolean {
  const counted = [one, before].map((grant) => grant.automatic_used + grant.checks_used);
  return (
    one.attempt === before.attempt + 1 && counted[0] === counted[1]! + 1 && allows(one) === allows(before)
  );
}

/** What a grant allows, as a text that is the same for two that allow the same. */
function allows(grant: Grant): string {
  const {
    runs: _runs,
    automatic_used: _used,
    checks_used: _checks,
    agent_version: _version,
    ...rest
  } = bare(grant);
  return JSON.stringify(Object.entries(rest).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Leaves the task to the user, with the reason why nothing followed by itself. */
function park(journal: Journal, detail: string): void {
  journal.commit((now) =>
    livingAttempt(now) === null && now.status === 'pending'
      ? {
          kind: 'status_changed',
          message: `left to the user: ${detail}`,
          data: { status: 'awaiting_user', reason: 'interrupted', detail },
        }
      : null,
  );
}

/** What a typed attempt begins with, whatever stood in the grant before. */
export const typedAnew = { runs: 'agent', automatic_used: 0, checks_used: 0 } as const;

/** A grant without what a new attempt brings itself. */
export function bare(grant: Grant): Omit<Grant, 'attempt' | 'attempt_nonce' | 'prompt_sha256'> {
  const { attempt: _attempt, attempt_nonce: _nonce, prompt_sha256: _prompt, ...rest } = grant;
  return rest;
}
