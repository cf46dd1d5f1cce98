import type { TaskReason, TaskStatus } from '@dispatch/core';
import type { Style } from './style.ts';

/** What of a task its state is told by. */
export interface State {
  status: TaskStatus;
  reason: TaskReason;
  attempt_alive: boolean | null;
}

// Where status and reason together say it in other words than `status: reason`.
const phrases: Partial<Record<`${TaskStatus}/${TaskReason}`, string>> = {
  'pending/sandboxed_host': 'to be started',
  'running/starting': 'starting',
  'running/working': 'running',
  'running/verifying': 'verifying',
  'running/retrying_in_agent': 'running, retrying',
  'awaiting_user/question': 'has a question',
  'awaiting_user/answered': 'answered, to be resumed',
  'awaiting_user/discussion_draft': 'has a draft',
  'awaiting_user/plan_incomplete': 'plan not finished',
  'awaiting_user/interrupted': 'interrupted',
  'completed/turn_succeeded': 'completed',
  'completed/worker_marked_done': 'completed',
  'cancelled/user': 'cancelled',
};

const names: Partial<Record<TaskStatus, string>> = { awaiting_user: 'needs you' };

/** A task's state in a few words. */
export function stateWords({ status, reason, attempt_alive }: State): string {
  const words =
    phrases[`${status}/${reason}`] ??
    (reason === 'starting' ? status : `${names[status] ?? status}: ${reason.replaceAll('_', ' ')}`);
  // A launch that is not yet claimed is no doubt about it.
  return attempt_alive === null && status === 'running' && reason !== 'starting' ? `${words}?` : words;
}

export function stateStyle({ status }: Pick<State, 'status'>, style: Style): (text: string) => string {
  const styles = {
    pending: style.dim,
    running: (text: string) => text,
    awaiting_user: (text: string) => style.bold(style.magenta(text)),
    completed: style.green,
    failed: style.red,
    cancelled: style.dim,
  };
  return styles[status];
}

/** Exit statuses of commands that wait for a task. */
export function exitStatusOf({ status }: Pick<State, 'status'>): number {
  switch (status) {
    case 'completed':
      return 0;
    // Not launched: somebody has to start it.
    case 'pending':
    case 'awaiting_user':
      return 20;
    case 'failed':
      return 21;
    case 'cancelled':
      return 22;
    case 'running':
      return 23;
  }
}
