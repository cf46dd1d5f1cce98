import { existsSync } from 'node:fs';
import { livingAttempt, rootRefOf, sameRoot, type Journal, type Task } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { findMarked, type ProcessTable } from '../processes/index.ts';
import type { Report } from './finding.ts';

/**
 * A task that was made in another folder: moved with its root, or copied. Moved ones are adopted once nothing works
 * under the old path any more; a copy's attempts are closed and its sessions given up, for the original has them.
 */
export function examineRoot(
  { store, machine }: Dispatcher,
  task: Task,
  look: () => ProcessTable,
  report: Report,
): void {
  if (sameRoot(task.root, store.ref)) return;
  const { id } = task;
  const journal = store.journal(id);
  const copy = isCopy(task);
  const search = { taskId: id, rootPath: task.root.path, uid: machine.uid, recorded: [] };
  if (!copy && findMarked(look(), search).length > 0) {
    report({
      what: 'root_moved',
      task_id: id,
      path: task.root.path,
      action: 'processes of it are still at work under the old path: end them or wait, then run this again',
      repaired: false,
    });
    return;
  }
  closeLiving(journal, task, copy);
  if (copy && task.session !== null && !task.session.given_up)
    journal.record({
      kind: 'session_given_up',
      message: `the session stays with ${task.root.path}`,
      data: { why: 'the root is a copy' },
    });
  journal.record({
    kind: 'root_adopted',
    message: copy ? `this is a copy of ${task.root.path}` : `moved from ${task.root.path}`,
    data: { root: store.ref, copy },
  });
  report({
    what: copy ? 'root_copied' : 'root_moved',
    task_id: id,
    path: task.root.path,
    action: copy ? 'adopted as a copy: its attempts are closed, its session is given up' : 'adopted here',
    repaired: true,
  });
}

/** The folder in which the task was made is still there, with the same inode. */
function isCopy({ root }: Task): boolean {
  try {
    return existsSync(root.path) && rootRefOf(root.path).ino === root.ino;
  } catch {
    return false;
  }
}

function closeLiving(journal: Journal, task: Task, copy: boolean): void {
  const living = livingAttempt(task);
  if (living === null) return;
  journal.record({
    kind: 'attempt_ended',
    message: `attempt ${living.attempt} is closed: the root was ${copy ? 'copied' : 'moved'}`,
    data: {
      attempt: living.attempt,
      outcome: 'interrupted',
      status: 'awaiting_user',
      reason: 'interrupted',
      detail: copy ? 'the root is a copy' : 'the root was moved',
      next: null,
      exit_code: null,
      usage: null,
      leftovers: [],
    },
  });
}
