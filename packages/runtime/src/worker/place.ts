import { EnvironmentError } from '@dispatch/core';
import { TASK_DIR } from '../environment/index.ts';

/** The folder of the worker's task. Throws EnvironmentError `not_a_worker`. */
export function workersTaskDir(environment: Readonly<Record<string, string | undefined>>): string {
  const taskDir = environment[TASK_DIR];
  if (taskDir === undefined || taskDir === '')
    throw new EnvironmentError(
      'not_a_worker',
      `${TASK_DIR} is not set: only a worker that dispatch started can do this`,
      'to talk to a task, use `dispatch answer` or `dispatch resume`',
    );
  return taskDir;
}
