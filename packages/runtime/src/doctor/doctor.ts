import type { Task } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { ensureSupervisor, supervisionOf } from '../supervisor/ensure.ts';
import { registerRoot } from '../supervisor/roots.ts';
import { hasWork } from '../supervisor/work.ts';
import { requireNoSandbox } from '../tasks/at-rest.ts';
import { examineLiveness } from './claims.ts';
import { lookInTasks } from './examine.ts';
import type { Diagnosis, Finding } from './finding.ts';
import { examineFolders } from './folders.ts';
import { examineHome } from './home.ts';
import { examineInParts } from './in-parts.ts';
import { examineIndex } from './index-health.ts';
import { examineIntegrations } from './integrations.ts';
import { examineOrphans } from './orphans.ts';
import { readTask } from './read-task.ts';
import { examineService } from './service.ts';
import { takeOver } from './take-over.ts';

/**
 * Finds and repairs what a crash, a power cut or a hand has left. Never deletes what a worker made, never signals.
 * `takeOver` is the user's statement that whatever was recorded elsewhere (another container, another host) has ended.
 */
export async function doctor(dispatcher: Dispatcher, options: { takeOver: boolean }): Promise<Diagnosis> {
  requireNoSandbox(dispatcher, 'judging and repairing');
  const findings: Finding[] = [];
  const report = (finding: Finding): void => {
    findings.push(finding);
  };
  registerRoot(dispatcher.home, dispatcher.store.root);
  examineFolders(dispatcher, report);
  const { ids, others } = lookInTasks(dispatcher, report);
  const examined = await examineInParts(dispatcher, ids, async () => {
    examineHome(dispatcher, report);
    await examineService(dispatcher, report);
    examineIntegrations(dispatcher, report);
  });
  const { open, recent } = examined;
  examined.findings.forEach(report);
  const unread = new Set(examined.unread);
  await examineIndex(
    dispatcher,
    { ids: ids.filter((id) => !unread.has(id)), others, open: [...asItIsNow(dispatcher, open)] },
    report,
  );
  if (options.takeOver) await takeOver(dispatcher, open, report);
  for (const task of asItIsNow(dispatcher, open)) examineLiveness(dispatcher, task, report);
  examineOrphans(dispatcher, asItIsNow(dispatcher, recent), report);
  const supervision = hasWork(dispatcher) ? ensureSupervisor(dispatcher) : supervisionOf(dispatcher);
  if (supervision.kind === 'not_started')
    report({
      what: 'supervisor_elsewhere',
      task_id: null,
      path: dispatcher.store.layout.lease,
      action: `${supervision.why}; if that one has ended, say so with \`dispatch doctor --take-over\``,
      repaired: false,
    });
  return { findings, tasks: ids.length };
}

/** What has been repaired or has gone on meanwhile is seen; a task that cannot be read any more is left out. */
function* asItIsNow(dispatcher: Dispatcher, ids: readonly string[]): Generator<Task> {
  for (const id of ids) {
    const task = readTask(dispatcher, id);
    if (task !== null) yield task;
  }
}
