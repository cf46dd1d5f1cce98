import { readdirSync } from 'node:fs';
import { isTaskId, RefusedError, type Task } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { lookAtProcesses, type ProcessTable } from '../processes/index.ts';
import { ensureSupervisor, supervisionOf } from '../supervisor/ensure.ts';
import { isOpen } from '../supervisor/index-boot.ts';
import { registerRoot } from '../supervisor/roots.ts';
import { hasWork } from '../supervisor/work.ts';
import { callersSandbox } from '../tasks/sandboxed.ts';
import { examineLiveness } from './claims.ts';
import type { Diagnosis, Finding, Report } from './finding.ts';
import { examineFolders } from './folders.ts';
import { examineHome } from './home.ts';
import { examineIndex } from './index-health.ts';
import { examineOrphans } from './orphans.ts';
import { readTask } from './read-task.ts';
import { examineRoot } from './root.ts';
import { examineService } from './service.ts';
import { takeOver } from './take-over.ts';
import { examineTask } from './task.ts';

/**
 * Finds and repairs what a crash, a power cut or a hand has left. Never deletes what a worker made, never signals.
 * `takeOver` is the user's statement that whatever was recorded elsewhere (another container, another host) has ended.
 */
export async function doctor(dispatcher: Dispatcher, options: { takeOver: boolean }): Promise<Diagnosis> {
  const sandbox = callersSandbox(dispatcher);
  if (sandbox !== null)
    throw new RefusedError(
      'sandboxed',
      `nothing is judged or repaired from inside a sandbox (${sandbox.evidence})`,
      'type the same command in a terminal of your own',
    );
  const findings: Finding[] = [];
  const report = (finding: Finding): void => {
    findings.push(finding);
  };
  registerRoot(dispatcher.home, dispatcher.store.root);
  examineHome(dispatcher, report);
  await examineService(dispatcher, report);
  examineFolders(dispatcher, report);
  const tasks = examineTasks(dispatcher, report);
  await examineIndex(dispatcher, tasks, report);
  if (options.takeOver) await takeOver(dispatcher, tasks.open, report);
  const open = tasks.open.map(({ id }) => id);
  for (const task of asItIsNow(dispatcher, open)) examineLiveness(dispatcher, task, report);
  examineOrphans(dispatcher, asItIsNow(dispatcher, tasks.recent), report);
  const supervision = hasWork(dispatcher) ? ensureSupervisor(dispatcher) : supervisionOf(dispatcher);
  if (supervision.kind === 'not_started')
    report({
      what: 'supervisor_elsewhere',
      task_id: null,
      path: dispatcher.store.layout.lease,
      action: `${supervision.why}; if that one has ended, say so with \`dispatch doctor --take-over\``,
      repaired: false,
    });
  return { findings, tasks: tasks.ids.length };
}

interface Examined {
  ids: string[];
  /** Those that are not over. */
  open: Task[];
  /** Those of which a process may be there: it began under this boot. */
  recent: string[];
}

/** Each task is read once: of ten thousand nearly all are over, and of those little more is asked. */
function examineTasks(dispatcher: Dispatcher, report: Report): Examined {
  const examined: Examined = { ids: taskFolders(dispatcher, report), open: [], recent: [] };
  const bootId = dispatcher.machine.bootId();
  let table: ProcessTable | null = null;
  const look = (): ProcessTable => (table ??= lookAtProcesses());
  for (const id of examined.ids) {
    const task = examineTask(dispatcher, id, report);
    if (task === null) continue;
    examineRoot(dispatcher, task, look, report);
    if (isOpen(task)) examined.open.push(task);
    if (task.attempts.some((attempt) => attempt.boot_id === bootId)) examined.recent.push(id);
  }
  return examined;
}

/** Ids of tasks; what bears the name of one and is no folder is reported, and not entered. */
function taskFolders({ store }: Dispatcher, report: Report): string[] {
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

/** What has been repaired or has gone on meanwhile is seen; a task that cannot be read any more is left out. */
function* asItIsNow(dispatcher: Dispatcher, ids: readonly string[]): Generator<Task> {
  for (const id of ids) {
    const task = readTask(dispatcher, id);
    if (task !== null) yield task;
  }
}
