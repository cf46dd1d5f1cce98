import { attemptView, launchedView, type TaskView } from '../read/view.ts';
import type { Dispatcher } from '../dispatcher.ts';
import type { Task } from '@dispatch/core';

/** What a command that starts work returns. */
export interface StartedTask {
  task_id: string;
  created: boolean;
  status: string;
  task: TaskView;
  /** Which backend was chosen and why; null where the task had one. */
  why: string | null;
  /** Lines for people: what the mode does not guarantee, who else works here. */
  notices: string[];
  /** What shows that the caller is in a sandbox, where nothing is launched. */
  sandbox: string | null;
  /** What to type outside of the sandbox. */
  start_hint: string | null;
}

export function startedTask(
  dispatcher: Dispatcher,
  task: Task,
  options: {
    created: boolean;
    /** By this very process. */
    launched: boolean;
    why: string | null;
    notices: string[];
    sandbox: string | null;
  },
): StartedTask {
  return {
    task_id: task.id,
    created: options.created,
    status: task.status,
    task: options.launched ? launchedView(task) : attemptView(dispatcher, task),
    why: options.why,
    notices: options.notices,
    sandbox: options.sandbox,
    start_hint: options.sandbox === null ? null : `dispatch --root ${dispatcher.store.root} start ${task.id}`,
  };
}
