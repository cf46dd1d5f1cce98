import type { Task } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { lookAtProcesses } from '../processes/index.ts';
import { Sweep } from './sweep.ts';

const limitMs = 10_000;

/** Ends a task's processes without a word in the journal, for when that cannot be written. True once none is left. */
export async function signalUnrecorded(dispatcher: Dispatcher, task: Task): Promise<boolean> {
  const sweep = new Sweep();
  const end = dispatcher.machine.monotonicMs() + limitMs;
  while (dispatcher.machine.monotonicMs() < end) {
    if (sweep.step(dispatcher, task, lookAtProcesses)) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}
