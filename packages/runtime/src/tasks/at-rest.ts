import {
  latestGrant,
  livingAttempt,
  readGrant,
  RefusedError,
  type Grant,
  type Journal,
  type Task,
} from '@dispatch/core';
import type { SessionPlan } from '@dispatch/backends';
import { backendOf } from '../attempts/request.ts';
import { planSession } from '../attempts/session-plan.ts';
import { attemptAlive } from '../attempts/start.ts';
import type { Dispatcher, Surroundings } from '../dispatcher.ts';
import { journalRecorder, observeMailbox } from '../observe/index.ts';
import { ensureSupervisor } from '../supervisor/ensure.ts';
import { callersSandbox, refusedInSandbox } from './sandboxed.ts';
import { settleAttempt } from './settle.ts';

/** Somewhat longer than an answer written by hand takes to count. */
const settlingLooks = 15;
const settlingLookMs = 100;

/** A task with nothing at work, and the session that its agent left. */
export interface RestingSession {
  journal: Journal;
  task: Task;
  /** Of the last attempt. */
  before: Grant;
  session: Extract<SessionPlan, { kind: 'resume' }>;
}

/**
 * The session of a task that nobody works on, for whoever wants more of it than a resume does; `doing` names that.
 * Throws RefusedError `sandboxed`, `attempt_alive`, `root_moved`, `grant_missing`, `no_session`, and what a session may be
 * refused for.
 */
export async function restingSession(
  dispatcher: Dispatcher,
  id: string,
  doing: string,
): Promise<RestingSession> {
  requireNoSandbox(dispatcher, `${doing} task ${id}`);
  const journal = dispatcher.store.journal(id);
  const task = await settledTask(dispatcher, journal);
  requireSameRoot(dispatcher, task);
  const before = grantToFollow(dispatcher, task);
  if (before === null) throw grantMissing(dispatcher, task);
  if (task.session?.established !== true)
    throw new RefusedError(
      'no_session',
      `task ${id} has no session of ${task.backend} in which the model has answered`,
      `let it begin: dispatch resume ${id} --message "…"`,
    );
  const session = planSession(backendOf(before), task, 'resume', dispatcher.home, {
    insists: true,
    from: before.begins_from,
  });
  // An established one is resumed or refused.
  if (session.kind !== 'resume')
    throw new TypeError(`a session of task ${id} was planned as ${session.kind}`);
  return { journal, task, before, session };
}

/** What grants more than a record can wait for is typed outside of every sandbox. */
export function requireNoSandbox(surroundings: Surroundings, doing: string): void {
  const sandbox = callersSandbox(surroundings);
  if (sandbox !== null) throw refusedInSandbox(sandbox, doing);
}

export function grantMissing({ home }: Dispatcher, { id }: Task): RefusedError {
  return new RefusedError(
    'grant_missing',
    `nothing in ${home.grants} says what task ${id} was allowed`,
    `look at it and grant it anew: dispatch start ${id}`,
  );
}

/** The task with everything journalled that lies on disk, its ended attempt closed. Throws `attempt_alive`. */
export async function settledTask(dispatcher: Dispatcher, journal: Journal): Promise<Task> {
  let { task } = journal.refresh();
  if (task !== null && livingAttempt(task) !== null) await settleAttempt(dispatcher, journal, task);
  task = journal.refresh().task;
  if (task === null)
    throw new RefusedError('task_unreadable', `${journal.taskDir} holds no task`, 'run `dispatch doctor`');
  if (livingAttempt(task) !== null || awaitsCheck(task)) {
    // It may have ended in a way that only a supervisor carries on from.
    ensureSupervisor(dispatcher);
    throw attemptAlive(task);
  }
  const recorder = journalRecorder(journal, task);
  // Whoever has just left the editor has answered all the same.
  for (let looks = 0; observeMailbox(dispatcher, recorder, true) && looks < settlingLooks; looks += 1)
    await new Promise((resolve) => setTimeout(resolve, settlingLookMs));
  return recorder.task;
}

/** The agent's turn is over, and whether it counts is not known before the check has run. */
function awaitsCheck({ status, attempts }: Task): boolean {
  return status === 'pending' && attempts.at(-1)?.next === 'verify';
}

/** In a copied or moved root nothing that is recorded may be launched. */
export function requireSameRoot({ store }: Dispatcher, task: Task): void {
  if (task.root.path === store.root && task.root.ino === store.ref.ino) return;
  throw new RefusedError(
    'root_moved',
    `task ${task.id} was made in ${task.root.path}; this is ${store.root}`,
    'run `dispatch doctor`, which says whether the root was moved or copied',
  );
}

/**
 * The grant of the last attempt that was made; a later one belongs to an attempt that never was. A journal that names
 * another grant than the one of that number is a forged one.
 */
export function grantToFollow({ home }: Dispatcher, task: Task): Grant | null {
  const last = task.attempts.at(-1);
  if (last === undefined) return latestGrant(home, task.id);
  const reading = readGrant(home, task.id, last.attempt_nonce);
  if (reading.kind === 'grant' && reading.grant.attempt === last.attempt) return reading.grant;
  const latest = latestGrant(home, task.id);
  return latest !== null && latest.attempt <= last.attempt ? latest : null;
}
