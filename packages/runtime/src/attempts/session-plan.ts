import { basename, dirname, join } from 'node:path';
import type { Backend, SessionPlan } from '@dispatch/backends';
import {
  isSessionPoisoned,
  readRegular,
  RefusedError,
  type Attempt,
  type AttemptCause,
  type Grant,
  type HomeLayout,
  type SessionLocator,
  type Task,
} from '@dispatch/core';
import { reservesByCommand } from './new-session.ts';

/**
 * How the next attempt stands to a native session: the one on record is resumed; one that the agent does not know and
 * that was never established is begun under its reserved reference; where there is none, one is reserved if it can be.
 * A session that a command made is known to the agent though empty: until the model has answered there, it is begun.
 * A file that never came to hold anything is given up for another; so is, where that was asked for, whatever is on
 * record. What is begun is a copy where the task begins from another's session. Throws RefusedError `session_given_up`, `session_poisoned` (unless somebody insists), `session_lost`,
 * `grant_mismatch`.
 */
export function planSession(
  backend: Backend,
  task: Task,
  cause: AttemptCause,
  home: HomeLayout,
  { insists = false, from = null }: { insists?: boolean; from?: Grant['begins_from'] } = {},
): SessionPlan {
  const begin = (locator: SessionLocator | null): SessionPlan => {
    if (from?.how !== 'fork') return { kind: 'new', locator };
    const { session: source } = from;
    if (source.kind === 'file' && isEmpty(backend, source.value)) throw sourceIsGone(source.value);
    return { kind: 'fork', from: source, locator };
  };
  if (cause === 'fresh') return { kind: 'new', locator: reserve(backend, task, home) };
  const { session } = task;
  if (session?.given_up === true)
    throw new RefusedError(
      'session_given_up',
      `the session of task ${task.id} belongs to the root that this one was copied from`,
      `begin another session: dispatch resume ${task.id} --fresh`,
    );
  if (isSessionPoisoned(task) && !insists)
    throw new RefusedError(
      'session_poisoned',
      `the session of task ${task.id} fails each time before the model takes part (${task.reason})`,
      `begin another: dispatch resume ${task.id} --fresh; or, once you have mended the cause, add --force`,
    );
  if (session === null) return begin(reserve(backend, task, home));
  const { locator } = session;
  requireSafe(locator, task, home, from);
  if (reservesByCommand(backend)) {
    if (cause === 'session_unknown') return { kind: 'new', locator: null };
    return { kind: session.established ? 'resume' : 'new', locator };
  }
  const empty = locator.kind === 'file' && isEmpty(backend, locator.value);
  if (empty && session.established)
    throw new RefusedError(
      'session_lost',
      `${locator.value}, the session of task ${task.id}, is gone or holds no conversation any more`,
      `put the file back, or begin another session: dispatch resume ${task.id} --fresh`,
    );
  if (!empty && cause !== 'session_unknown') return { kind: 'resume', locator };
  if (!empty && backend.sessions === 'preallocated') return begin(locator);
  return begin(reserve(backend, task, home));
}

/** Whether an attempt was started on a copy of the session that its task begins from. */
export function beginsAsCopy(task: Task, { attempt, resumes_session: resumes }: Attempt): boolean {
  if (task.begins_from?.how !== 'fork' || resumes) return false;
  return !task.attempts.some((one) => one.attempt <= attempt && one.cause === 'fresh');
}

/** There is nothing to make the copy of. */
export function sourceIsGone(path: string): RefusedError {
  return new RefusedError(
    'session_lost',
    `${path}, the session to begin from, is gone or holds no conversation any more`,
    'put the file back, or begin without it: dispatch run --prompt "…"',
  );
}

/** Where a session is on record and another is begun, that is why the attempt follows, whoever asked for it. */
export function causeWith(task: Task, session: SessionPlan, cause: AttemptCause): AttemptCause {
  if (cause === 'fresh' || task.session === null || session.kind === 'resume') return cause;
  return session.locator?.value === task.session.locator.value ? cause : 'session_unknown';
}

/** An agent that goes on in any file would begin anew in an empty one, without the request and without a word. */
function isEmpty(backend: Backend, path: string): boolean {
  if (backend.holdsHistory === undefined) return false;
  const content = readRegular(path);
  return content === null || !backend.holdsHistory(content);
}

function reserve(backend: Backend, task: Task, home: HomeLayout) {
  const locator = backend.reserveSession(() => process.getBuiltinModule('node:crypto').randomUUID());
  if (locator?.kind !== 'file') return locator;
  return { kind: 'file' as const, value: join(home.sessions, task.id, locator.value) };
}

/** Whether a session's id can be handed to an agent as a word of its own: it may be no option. */
export function isSessionId(value: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(value);
}

/** The reference comes from the journal, which a worker can write: it may be no option, no path of the worker's choice. */
function requireSafe(
  locator: SessionLocator,
  task: Task,
  home: HomeLayout,
  from: Grant['begins_from'],
): void {
  const safe =
    locator.kind === 'id'
      ? isSessionId(locator.value)
      : isOwnFile(locator.value, task, home) ||
        (from?.how === 'adopt' && from.session.value === locator.value);
  if (safe) return;
  throw new RefusedError(
    'grant_mismatch',
    `the journal of task ${task.id} names a session reference that dispatch would not have made: ${locator.value.slice(0, 200)}`,
    'look at the task; start a new one',
  );
}

function isOwnFile(path: string, task: Task, home: HomeLayout): boolean {
  return dirname(path) === join(home.sessions, task.id) && basename(path) !== '..';
}
