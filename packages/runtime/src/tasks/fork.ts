import {
  agentAttempts,
  RefusedError,
  type ExecutionMode,
  type TaskMode,
  type TaskSource,
} from '@dispatch/core';
import { toldSoFar } from '../act/ended.ts';
import { backendOf } from '../attempts/request.ts';
import type { Dispatcher } from '../dispatcher.ts';
import { grantedSkill } from '../skills/index.ts';
import { chooseTarget } from '../targets/index.ts';
import { restingSession } from './at-rest.ts';
import { createTask } from './create.ts';
import type { RunRequest } from './run-request.ts';
import type { StartedTask } from './started.ts';

/** What the new task is about; null is what the task before it had. */
export interface ForkRequest {
  prompt: string;
  source: TaskSource;
  plan: string | null;
  task_mode: TaskMode;
  title: string | null;
  model: string | null;
  execution_mode: ExecutionMode | null;
  key: string | null;
}

/**
 * Makes a new task that begins with a copy of another's session, in the same folder and by the same grant; the other
 * one stays as it is. Throws RefusedError `not_forkable`, and what `restingSession` and `createTask` throw.
 */
export async function forkTask(
  dispatcher: Dispatcher,
  id: string,
  request: ForkRequest,
): Promise<StartedTask> {
  const { task, before, session } = await restingSession(dispatcher, id, 'forking');
  const { backend } = before;
  if (!backendOf(before).forkable)
    throw new RefusedError(
      'not_forkable',
      `${backend} cannot begin a session with a copy of another one`,
      'begin without the history: dispatch run --prompt "…"',
    );
  const model = request.model ?? before.model;
  const chosen = await chooseTarget(dispatcher, { backend, model });
  const { target } = chosen;
  if (target.backendType !== before.backend_type)
    throw new RefusedError(
      'not_forkable',
      `the session of task ${id} is one of ${before.backend_type}, and backend ${backend} is ${target.backendType} by now`,
      'begin without the history: dispatch run --prompt "…"',
    );
  const skill = grantedSkill(before, dispatcher.store.taskDir(id));
  const told = toldSoFar(task, agentAttempts(task));
  const { effort, add_dirs, append_system_prompt, agent_args, commit_paths: commitPaths } = before;
  const run: RunRequest = {
    ...request,
    backend,
    model,
    execution_mode: request.execution_mode ?? before.execution_mode,
    workspace: task.workspace_root,
    settings: before.settings,
    ...{ effort, add_dirs, append_system_prompt, agent_args },
    attachments: [],
    allow_commit: commitPaths.length > 0,
    no_agent: false,
    ...(skill === null ? {} : { skill }),
    ...(task.named_agent === undefined ? {} : { named_agent: { name: task.named_agent, place: null } }),
    begins_from: {
      how: 'fork',
      session: session.locator,
      task_id: id,
      usage_told: typeof told === 'string' ? null : told,
    },
  };
  return createTask(dispatcher, run, chosen);
}
