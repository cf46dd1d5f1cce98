import type { TaskMode } from '../records/index.ts';

/** Tools that a worker may be handed beside files and commands, by the names that it calls them by. */
const workerTools = ['ask_user', 'report_progress', 'set_plan_item', 'finish'] as const;
export type WorkerTool = (typeof workerTools)[number];

/** Those that do what the worker of such a task may do: whoever only discusses keeps no plan and finishes by its words. */
export function workerToolsFor(taskMode: TaskMode): readonly WorkerTool[] {
  return taskMode === 'discuss' ? ['ask_user', 'report_progress'] : workerTools;
}
