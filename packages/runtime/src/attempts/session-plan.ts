import { basename, dirname, join } from 'node:path';
import type { Backend, SessionPlan } from '@dispatch/backends';
import {
  RefusedError,
  type AttemptCause,
  type HomeLayout,
  type SessionLocator,
  type Task,
} from '@dispatch/core';
import { reservesByCommand } from './new-session.ts';

/**
 * How the next attempt stands to a native session: the one on record is resumed; one that the agent does not know and
 * that was never established is begun under its reserved reference; where there is none, one is reserved if it can be.
 * A session that a command made is known to the agent though empty: until the model has answered there, it is begun.
 */
export function planSession(
  backend: Backend,
  task: Task,
  cause: AttemptCause,
  home: HomeLayout,
): SessionPlan {
  const { session } = task;
  if (session?.given_up === true)
    throw new RefusedError(
      'session_given_up',
      `the session of task ${task.id} belongs to the root that this one was copied from`,
      'start a new task here',
    );
  if (session !== null) requireSafe(session.locator, task, home);
  const byCommand = reservesByCommand(backend);
  if (session !== null && cause !== 'session_unknown') {
    const kind = byCommand && !session.established ? 'new' : 'resume';
    return { kind, locator: session.locator };
  }
  if (session !== null && backend.sessions === 'preallocated' && !byCommand)
    return { kind: 'new', locator: session.locator };
  return { kind: 'new', locator: reserve(backend, task, home) };
}

function reserve(backend: Backend, task: Task, home: HomeLayout) {
  const locator = backend.reserveSession(() => process.getBuiltinModule('node:crypto').randomUUID());
  if (locator?.kind !== 'file') return locator;
  return { kind: 'file' as const, value: join(home.sessions, task.id, locator.value) };
}

/** The reference comes from the journal, which a worker can write: it may be no option, no path of the worker's choice. */
function requireSafe(locator: SessionLocator, task: Task, home: HomeLayout): void {
  const safe =
    locator.kind === 'id'
      ? /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(locator.value)
      : dirname(locator.value) === join(home.sessions, task.id) && basename(locator.value) !== '..';
  if (safe) return;
  throw new RefusedError(
    'grant_mismatch',
    `the journal of task ${task.id} names a session reference that dispatch would not have made: ${locator.value.slice(0, 200)}`,
    'look at the task; start a new one',
  );
}
