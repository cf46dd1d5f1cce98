import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Backend, SessionPlan } from '@dispatch/backends';
import { RefusedError, type AttemptCause, type HomeLayout, type Task } from '@dispatch/core';

/**
 * How the next attempt stands to a native session: the one on record is resumed; one that the agent does not know and
 * that was never established is begun under its reserved reference; where there is none, one is reserved if it can be.
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
  if (session !== null && cause !== 'session_unknown') return { kind: 'resume', locator: session.locator };
  if (session !== null && backend.sessions === 'preallocated')
    return { kind: 'new', locator: session.locator };
  return { kind: 'new', locator: reserve(backend, task, home) };
}

function reserve(backend: Backend, task: Task, home: HomeLayout) {
  const locator = backend.reserveSession(randomUUID);
  if (locator?.kind !== 'file') return locator;
  return { kind: 'file' as const, value: join(home.sessions, task.id, locator.value) };
}
