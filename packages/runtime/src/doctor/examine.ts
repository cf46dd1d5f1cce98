import { readdirSync } from 'node:fs';
import { isTaskId } from '@dispatch/core';
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
  /** Those of which a process may be there: an attempt of theirs began under this boot. */
  recent: string[];
}

/** Each task is read once: of ten thousand nearly all are over. */
export function examineTasks(dispatcher: Dispatcher, ids: readonly string[]): Examined {
  const examined: Examined = { findings: [], open: [], recent: [] };
  const report: Report = (finding) => examined.findings.push(finding);
  const bootId = dispatcher.machine.bootId();
  let table: ProcessTable | null = null;
  const look = (): ProcessTable => (table ??= lookAtProcesses());
  for (const id of ids) {
    const task = examineTask(dispatcher, id, report);
    if (task === null) continue;
    examineRoot(dispatcher, task, look, report);
    if (isOpen(task)) examined.open.push(id);
    if (task.attempts.some((attempt) => attempt.boot_id === bootId)) examined.recent.push(id);
  }
  return examined;
}

/** Ids of tasks, oldest first; what bears the name of one and is no folder is reported, and not entered. */
export function taskFolders({ store }: Dispatcher, report: Report): string[] {
  return readdirSync(store.layout.tasks, { withFileTypes: true })
    .filter((entry) => {
      if (!isTaskId(entry.name)) return false;
      if (!entry.isDirectory())
        report({
          what: 'planted_link',
          task_id: entry.name,
          path: store.taskDir(entry.name),
          action: 'not followed; look at it, and remove it by hand',
          repaired: false,
        });
      return entry.isDirectory();
    })
    .map(({ name }) => name)
    .sort();
}
