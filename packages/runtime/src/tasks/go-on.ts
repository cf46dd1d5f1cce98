import { RefusedError } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { resumeTask } from './resume.ts';
import type { StartedTask } from './started.ts';

const taken: readonly string[] = ['attempt_alive', 'message_missing'];

/** Goes on with a task that was answered. Null: an attempt lives, which takes the answer itself, or has taken it by now. */
export async function resumeWhereNobodyWaits(
  dispatcher: Dispatcher,
  id: string,
): Promise<StartedTask | null> {
  try {
    return await resumeTask(dispatcher, id, {
      message: null,
      execution_mode: null,
      task_mode: null,
      fresh: null,
    });
  } catch (error) {
    if (error instanceof RefusedError && taken.includes(error.code)) return null;
    throw error;
  }
}
