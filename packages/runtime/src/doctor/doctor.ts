import { RefusedError } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { ensureSupervisor } from '../supervisor/ensure.ts';
import { registerRoot } from '../supervisor/roots.ts';
import { callersSandbox } from '../tasks/sandboxed.ts';
import { examineLiveness } from './claims.ts';
import type { Diagnosis, Finding } from './finding.ts';
import { examineFolders } from './folders.ts';
import { examineHome } from './home.ts';
import { examineIndex } from './index-health.ts';
import { examineOrphans } from './orphans.ts';
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
  const ids = dispatcher.store.taskIds();
  for (const id of ids) examineTask(dispatcher, id, report);
  for (const id of ids) await examineRoot(dispatcher, id, report);
  await examineIndex(dispatcher, report);
  if (options.takeOver) await takeOver(dispatcher, ids, report);
  for (const id of ids) examineLiveness(dispatcher, id, report);
  examineOrphans(dispatcher, ids, report);
  const supervision = ensureSupervisor(dispatcher);
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
