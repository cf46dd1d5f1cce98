import type { TaskReason, TaskStatus } from '@dispatch/core';
import type { Style } from './style.ts';

/** What of a task its state is told by. */
export interface State {
  status: TaskStatus;
  reason: TaskReason;
  attempt_alive: boolean | null;
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

/** Exit status of a command whose own time to wait was over. */
export const timedOut = 23;

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
      return timedOut;
  }
}
