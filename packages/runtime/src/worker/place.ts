import { dirname } from 'node:path';
import { EnvironmentError, isMissing, requireFolder } from '@dispatch/core';
import { TASK_DIR } from '../environment/index.ts';

/**
 * The folder of the worker's task, which is one of its own, as are that of all tasks and its mailbox: behind a link would be
 * files of somebody else's. Throws EnvironmentError `not_a_worker`, `task_folder_missing`; PlantedLink.
 */
export function workersTaskDir(environment: Readonly<Record<string, string | undefined>>): string {
  const taskDir = environment[TASK_DIR];
  if (taskDir === undefined || taskDir === '')
    throw new EnvironmentError(
      'not_a_worker',
      `${TASK_DIR} is not set: only a worker that dispatch started can do this`,
      'to talk to a task, use `dispatch answer` or `dispatch resume`',
    );
  for (const folder of [dirname(taskDir), taskDir, `${taskDir}/mailbox`]) requireThere(folder);
  return taskDir;
}

function requireThere(folder: string): void {
  try {
    requireFolder(folder);
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    throw new EnvironmentError(
      'task_folder_missing',
      `there is no ${folder} any more`,
      'end your turn and say so: the user has to look at it',
      { cause },
    );
  }
}
