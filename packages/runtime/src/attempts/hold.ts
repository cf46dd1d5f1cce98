import { join } from 'node:path';
import {
  highestLink,
  Journal,
  livingAttempt,
  RefusedError,
  rootRefOf,
  sha256,
  takeLink,
  type SessionLocator,
} from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { claimLiveness } from '../observe/liveness.ts';

interface Holder {
  task_id: string;
  attempt: number;
  attempt_nonce: string;
  root: string;
}

/**
 * Links a native session to an attempt, whatever task or root the one before belonged to. Throws RefusedError
 * `session_taken` where that one is not proved to have ended.
 */
export function holdSession(
  dispatcher: Dispatcher,
  backend: string,
  locator: SessionLocator,
  holder: Holder,
): void {
  const chain = join(dispatcher.home.held, `${backend}.${sha256(locator.value)}`);
  for (;;) {
    const highest = highestLink(chain);
    const before = highest === null ? null : asHolder(highest.content);
    if (highest !== null && before === null)
      throw new RefusedError(
        'session_taken',
        `${highest.path}, which says who uses the native session ${locator.value}, cannot be read`,
        'make sure that nothing uses that session, then remove the file',
      );
    if (before !== null && before.task_id !== holder.task_id && !hasEnded(dispatcher, before))
      throw new RefusedError(
        'session_taken',
        `the native session ${locator.value} is used by attempt ${before.attempt} of task ${before.task_id} in ${before.root}`,
        `wait for it, or cancel it: dispatch --root ${before.root} cancel ${before.task_id}`,
      );
    if (takeLink(chain, (highest?.epoch ?? 0) + 1, holder)) return;
  }
}

function asHolder(content: unknown): Holder | null {
  if (typeof content !== 'object' || content === null) return null;
  const { task_id, attempt, attempt_nonce, root } = content as Partial<Holder>;
  if (typeof task_id !== 'string' || typeof attempt !== 'number' || typeof root !== 'string') return null;
  return { task_id, attempt, attempt_nonce: String(attempt_nonce), root };
}

function hasEnded(dispatcher: Dispatcher, holder: Holder): boolean {
  try {
    const ref = rootRefOf(holder.root);
    const { task } = new Journal(join(holder.root, 'tasks', holder.task_id)).refresh();
    const living = task === null ? null : livingAttempt(task);
    if (task === null || living === null || living.attempt !== holder.attempt) return task !== null;
    return claimLiveness(dispatcher, task, living, ref).state === 'ended';
  } catch {
    // A root that is gone or unreadable proves nothing about its processes.
    return false;
  }
}
