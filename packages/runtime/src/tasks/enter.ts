import { livingAttempt, newNonce, RefusedError, type ExecutionMode, type Task } from '@dispatch/core';
import { bare } from '../attempts/automatic.ts';
import { environmentOf } from '../attempts/launch.ts';
import { backendOf, earlyRequest, refuseEarly } from '../attempts/request.ts';
import { afterLaunch, commitAttempt } from '../attempts/start.ts';
import type { Dispatcher } from '../dispatcher.ts';
import { changedVariables } from '../environment/index.ts';
import { runLauncherHere } from '../launch/index.ts';
import { attemptView, type TaskView } from '../read/view.ts';
import { ensureSupervisor } from '../supervisor/ensure.ts';
import { registerRoot } from '../supervisor/roots.ts';
import { readWorkspace } from '../workspace/index.ts';
import { restingSession } from './at-rest.ts';
import { settleAttempt } from './settle.ts';
import { typedGrant } from './typed-grant.ts';

/** Longer than the supervisor leaves an attempt unclaimed. */
const closedWithinMs = 15_000;
const lookMs = 50;

/**
 * Opens the agent's own program on the session of a task, in the terminal of this process, and resolves when it is over
 * with the task as it is then. It is an attempt like any other, which nobody limits and nobody starts again. Throws
 * RefusedError `not_enterable`, what `restingSession` throws and what a backend refuses.
 */
export async function enterTask(
  dispatcher: Dispatcher,
  id: string,
  request: { execution_mode: ExecutionMode | null },
): Promise<TaskView> {
  const { journal, task, before, session } = await restingSession(dispatcher, id, 'entering');
  const grant = {
    ...(await typedGrant(dispatcher, bare(before), request.execution_mode)),
    runs: 'interactive' as const,
  };
  const backend = backendOf(grant);
  const asked = earlyRequest(dispatcher, grant, journal.taskDir, session, null);
  refuseEarly(backend, asked);
  const argv = backend.interactiveArgv(asked);
  if (argv === null)
    throw new RefusedError(
      'not_enterable',
      `${grant.backend} has no program of its own that opens a session`,
      `go on with it here: dispatch resume ${id} --message "…"`,
    );
  registerRoot(dispatcher.home, dispatcher.store.root);
  const workspaceBefore = await readWorkspace(grant.workspace, { timeoutMs: 1500 });
  const { started, attempt } = commitAttempt(dispatcher, journal, task, {
    cause: 'enter',
    automatic: false,
    target: null,
    nonce: newNonce(),
    grant,
    prompt: '',
    message: null,
    answers: [],
    session,
    environmentChanged: changedVariables(before.environment, grant.environment),
    workspaceBefore,
  });
  journal.checkpoint();
  afterLaunch(dispatcher, journal, started, { files: attempt.files, workspaceBefore });
  ensureSupervisor(dispatcher);
  await runLauncherHere({
    outputsDir: task.artifacts.outputs_dir,
    attempt: attempt.number,
    attemptNonce: attempt.grant.attempt_nonce,
    workspace: grant.workspace,
    command: [grant.executable, ...argv],
    takesDoneAway: true,
    environment: environmentOf(dispatcher, started, attempt.grant, backend.environment(asked)),
    root: dispatcher.store.ref,
    machine: dispatcher.machine,
  });
  for (let waited = 0; waited < closedWithinMs; waited += lookMs) {
    const now = journal.refresh().task as Task;
    if (livingAttempt(now)?.attempt !== attempt.number) break;
    await settleAttempt(dispatcher, journal, now);
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
  return attemptView(dispatcher, journal.refresh().task as Task);
}
