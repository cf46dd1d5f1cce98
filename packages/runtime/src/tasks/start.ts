import { findBackend, hostAgents } from '@dispatch/backends';
import { readRegular, RefusedError, sha256, type Grant, type Task } from '@dispatch/core';
import { sessionOf } from '../attempts/launch.ts';
import { backendOf, earlyRequest } from '../attempts/request.ts';
import type { bare } from '../attempts/automatic.ts';
import type { Dispatcher } from '../dispatcher.ts';
import { capturedEnvironment } from '../environment/index.ts';
import { agentVersion, chooseTarget } from '../targets/index.ts';
import { grantedOptions, readOptions } from './options.ts';
import { requireSameRoot, settledTask, startTyped } from './resume.ts';
import { callersSandbox } from './sandboxed.ts';
import { startedTask, type StartedTask } from './started.ts';

export interface StartedRecorded extends StartedTask {
  /** The agent's command line, as it was launched. */
  command: string[];
  execution_mode: string;
  workspace: string;
  /** The request that the grant was written for. */
  prompt: string;
}

/**
 * Starts what was only recorded, because it was asked for inside a sandbox or has no grant: what runs is taken from
 * the record, shown, and granted. Throws RefusedError `sandboxed`, `nothing_to_start`, `attempt_alive`, `root_moved`.
 */
export async function startRecorded(dispatcher: Dispatcher, id: string): Promise<StartedRecorded> {
  const sandbox = callersSandbox(dispatcher);
  if (sandbox !== null)
    throw new RefusedError(
      'sandboxed',
      `task ${id} cannot be started from inside a sandbox (${sandbox.evidence})`,
      'type the same command in a terminal of your own',
    );
  const journal = dispatcher.store.journal(id);
  const task = await settledTask(dispatcher, journal);
  requireSameRoot(dispatcher, task);
  if (task.status === 'completed' || task.status === 'cancelled')
    throw new RefusedError(
      'nothing_to_start',
      `task ${id} is ${task.status}`,
      `to go on with it: dispatch resume ${id} --message "…"`,
    );
  const prompt = readRegular(task.prompt_path)?.toString('utf8') ?? '';
  if (sha256(prompt) !== task.prompt_sha256)
    throw new RefusedError(
      'grant_mismatch',
      `${task.prompt_path} is not what was recorded`,
      'start a new task',
    );
  const grant = await grantFromRecord(dispatcher, task);
  const started = await startTyped(dispatcher, journal, task, grant, { message: null, execution_mode: null });
  const attempt = started.attempts.at(-1);
  const session = attempt === undefined ? noSession : sessionOf(started, attempt);
  // A prompt that is an argument is shown by itself.
  const request = earlyRequest(dispatcher, grant, journal.taskDir, session, null);
  return {
    ...startedTask(dispatcher, started, {
      created: false,
      launched: true,
      why: null,
      notices: [],
      sandbox: null,
    }),
    command: [grant.executable, ...backendOf(grant).argv(request)],
    execution_mode: started.execution_mode,
    workspace: grant.workspace,
    prompt,
  };
}

const noSession = { kind: 'new', locator: null } as const;

async function grantFromRecord(dispatcher: Dispatcher, task: Task): Promise<ReturnType<typeof bare>> {
  const { target } = await chooseTarget(dispatcher, { backend: task.backend, model: task.model });
  if (findBackend(target.backendType) === null || target.backendType !== task.backend_type)
    throw new RefusedError(
      'unknown_backend',
      `backend ${task.backend} is ${target.backendType} here, not ${task.backend_type}`,
    );
  const grant: Omit<Grant, 'attempt' | 'attempt_nonce' | 'prompt_sha256'> = {
    version: 1,
    task_id: task.id,
    automatic_used: 0,
    root: dispatcher.store.ref,
    workspace: task.workspace_root,
    backend: task.backend,
    backend_type: target.backendType,
    executable: target.executable,
    agent_version: await agentVersion(dispatcher, target.backendType, target.executable),
    backend_args: [...target.args],
    model: task.model,
    execution_mode: task.requested_resume?.execution_mode ?? task.execution_mode,
    settings: task.settings,
    ...grantedOptions(readOptions(dispatcher.store.taskDir(task.id)), task.workspace_root),
    environment: capturedEnvironment({ ...dispatcher.environment }, hostAgents),
    request_sha256: task.prompt_sha256,
  };
  return grant;
}
