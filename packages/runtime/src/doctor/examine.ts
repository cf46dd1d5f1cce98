import { readdirSync } from 'node:fs';
import { isMissing, isTaskId, type Task } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { lookAtProcesses, type ProcessTable } from '../processes/index.ts';
import { isOpen } from '../supervisor/index-boot.ts';
import type { Finding, Report } from './finding.ts';
import { examineRoot } from './root.ts';
import { examineTask } from './task.ts';

/** What became of some tasks; more is asked only of those that are named here. */
export interface Examined {
  findings: Finding[];
  /** Those that are not over. */
  open: string[];
  /** Those that cannot be read, or are no tasks; gone ones too. */
  unread: string[];
  /** Those of which a process may be there: an attempt of theirs began under this boot. */
  recent: string[];
}

/** Each task is read once: of ten thousand nearly all are over. */
export function examineTasks(dispatcher: Dispatcher, ids: readonly string[]): Examined {
  const examined: Examined = { findings: [], open: [], unread: [], recent: [] };
  const report: Report = (finding) => examined.findings.push(finding);
  const bootId = dispatcher.machine.bootId();
  let table: ProcessTable | null = null;
  const look = (): ProcessTable => (table ??= lookAtProcesses());
  for (const id of ids) {
    const found = examined.findings.length;
    try {
      const { task, isOurs } = examineTask(dispatcher, id, report);
      if (task === null) examined.unread.push(id);
      else note(task, isOurs);
    } catch (error) {
      if (!isMissing(error) || dispatcher.store.hasTask(id)) throw error;
      examined.unread.push(id);
    }
    const own = examined.findings.slice(found);
    // Pruned meanwhile, unless it was removed here: what was missing had just gone.
    const isGone = own.length > 0 && !dispatcher.store.hasTask(id);
    if (isGone && !own.some(({ what }) => what === 'stray_folder')) examined.findings.length = found;
  }
  return examined;

  function note(task: Task, isOurs: boolean): void {
    const { id } = task;
    if (isOurs) examineRoot(dispatcher, task, look, report);
    if (isOpen(task)) examined.open.push(id);
    if (task.attempts.some((attempt) => attempt.boot_id === bootId)) examined.recent.push(id);
  }
}

/** What stands among the tasks. */
export interface InTasks {
  /** Of tasks, oldest first. */
  ids: string[];
  /** Names of everything else. */
  others: string[];
}

/** What bears the name of a task and is no folder is reported, and not entered. */
export function lookInTasks({ store }: Dispatcher, report: Report): InTasks {
  const found: InTasks = { ids: [], others: [] };
  for (const entry of readdirSync(store.layout.tasks, { withFileTypes: true })) {
    const { name } = entry;
    if (!isTaskId(name)) found.others.push(name);
    else if (entry.isDirectory()) found.ids.push(name);
    else
      report({
        what: 'planted_link',
        task_id: name,
        path: store.taskDir(name),
        action: 'not followed; look at it, and remove it by hand',
        repaired: false,
      });
  }
  found.ids.sort();
  return found;
}
