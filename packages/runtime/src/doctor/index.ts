export { doctor } from './doctor.ts';
export type { Diagnosis, Finding } from './finding.ts';
import { requireNoSandbox } from '../tasks/at-rest.ts';
import type { Dispatcher } from '../dispatcher.ts';
import { examineTasks, lookInTasks, type Examined } from './examine.ts';

/** The part of `doctor` that another of its processes has asked for: the tasks from the first to the last of two ids. */
export function examinePart(dispatcher: Dispatcher, first: string, last: string): Examined {
  requireNoSandbox(dispatcher, 'judging and repairing');
  // What is no folder is reported by who asks.
  const { ids } = lookInTasks(dispatcher, () => undefined);
  return examineTasks(
    dispatcher,
    ids.filter((id) => id >= first && id <= last),
  );
}
