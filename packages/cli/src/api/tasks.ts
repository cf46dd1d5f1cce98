import { resolve } from 'node:path';
import { UsageError } from '@dispatch/core';
import * as runtime from '@dispatch/runtime';
import type {
  AdoptRequest,
  Cancelled,
  ForkRequest,
  ResumeRequest,
  RunRequest,
  StartedTask,
  StartPlan,
  TaskView,
  TypedGrant,
} from '@dispatch/runtime';
import { requireFileOption, requireFolderOption } from '../input/folder.ts';
import { given } from './given.ts';
import { surroundingsAt, taskAt, type Here } from './here.ts';
import { requireWords } from './require-words.ts';

/**
 * What a task is made of; only `prompt` is needed. Paths are relative to `cwd` of {@link Here}. Left out: `source` as a
 * plan is given or not, `task_mode` likewise (`plan` or `direct`), `workspace` the working folder, every other field
 * null, false or empty.
 */
export interface NewTask extends Partial<Omit<RunRequest, 'prompt' | 'begins_from'>> {
  prompt: string;
}

const nothingAsked: Omit<RunRequest, 'prompt' | 'source' | 'task_mode' | 'workspace' | 'begins_from'> = {
  plan: null,
  no_agent: false,
  title: null,
  backend: null,
  model: null,
  execution_mode: null,
  settings: {},
  key: null,
  effort: null,
  add_dirs: [],
  attachments: [],
  append_system_prompt: null,
  agent_args: [],
  allow_commit: false,
};

/**
 * Makes a task, durable before this resolves, and starts its agent in the background; a supervisor of its own looks
 * after it from then on, so that this process may end. Makes the store where there is none. In a sandbox the task is
 * only recorded (`start_hint`). With a `key` the same request again gives the same task: `created` says which.
 *
 * Throws UsageError (`prompt_empty`, `workspace_missing`, `not_a_folder`, `not_a_file`, `invalid_value`,
 * `unknown_backend`, `unknown_model`, `config_invalid`), RefusedError (`key_conflict`, `config_untrusted`, what an agent cannot do),
 * EnvironmentError (`backend_missing`), StoreError.
 *
 * @category Tasks
 *
 * @example
 * ```ts
 * import { createTask, here } from '@dispatch/cli';
 *
 * const { task_id, created } = await createTask(here(), {
 *   prompt: 'Fix the failing test in src/parse',
 *   key: 'issue-17',
 *   settings: { verify: 'npm test', timeout_seconds: 3600 },
 * });
 * ```
 */
export async function createTask(at: Here, task: NewTask): Promise<StartedTask> {
  return runtime.createTask(surroundingsAt(at), requestFrom(at, task));
}

function requestFrom(at: Here, task: NewTask): RunRequest {
  requireWords(task, 'prompt');
  const request = { ...nothingAsked, ...given(task) };
  const { workspace = '.', add_dirs: folders, attachments: files } = request;
  if (request.no_agent && request.task_mode !== 'discuss')
    throw new UsageError(
      'invalid_value',
      'no_agent makes a draft, and this is no discussion',
      "Give it with task_mode: 'discuss'.",
    );
  return {
    ...request,
    ...howGiven(request),
    workspace: resolve(at.cwd, workspace),
    add_dirs: folders.map((folder) => requireFolderOption(at.cwd, folder, 'add_dirs')),
    attachments: files.map((file) => requireFileOption(at.cwd, file, 'attachments')),
  };
}

function howGiven({ plan, source, task_mode: mode }: Partial<RunRequest>) {
  const isPlan = plan != null;
  return {
    source: source ?? (isPlan ? 'plan_file' : 'inline_prompt'),
    task_mode: mode ?? (isPlan ? 'plan' : 'direct'),
  };
}

/**
 * What would make that task again, as it was granted last and without its key, for {@link createTask}. Throws
 * RefusedError (`grant_missing`; `prompt_changed`, `grant_mismatch` where prompt or skill on disk is no longer what was
 * asked for, unless `hasPrompt`, `hasSkill` say that another takes its place), NotFoundError, StoreError.
 *
 * @category Tasks
 */
export async function requestLike(
  at: Here,
  id: string,
  { hasPrompt = false, hasSkill = false }: { hasPrompt?: boolean; hasSkill?: boolean } = {},
): Promise<NewTask> {
  const task = taskAt(at, id);
  return runtime.requestLike(task.dispatcher, task.id, { hasPrompt, hasSkill });
}

/**
 * Goes on with a task as the next attempt, in the agent's own session; with `fresh` in a new one, of another agent or
 * model where one is named. `message` may be left out where an answer waits to be taken and after some reasons
 * (`dispatch help resume`).
 *
 * Throws RefusedError (`attempt_alive`, `message_missing`, `session_lost`, `session_taken`, `session_poisoned`,
 * `session_given_up`, `grant_missing`, `grant_mismatch`, `root_moved`), NotFoundError, EnvironmentError, StoreError.
 *
 * @category Tasks
 */
export async function resumeTask(
  at: Here,
  id: string,
  request: Partial<ResumeRequest> = {},
): Promise<StartedTask> {
  requireWords(request);
  const task = taskAt(at, id);
  return runtime.resumeTask(task.dispatcher, task.id, {
    message: null,
    execution_mode: null,
    task_mode: null,
    fresh: null,
    ...given(request),
  });
}

/** What a fork is about. Left out: `source` and `task_mode` as in {@link NewTask}; all else is as in the task before. */
export interface NewFork extends Partial<Omit<ForkRequest, 'prompt'>> {
  prompt: string;
}

/**
 * Makes a new task that begins with a copy of another's session, in the same folder and by the same grant. Throws
 * RefusedError (`not_forkable`, `no_session`, `attempt_alive`, `session_lost`, `grant_missing`, `grant_mismatch`,
 * `sandboxed`) and what
 * {@link createTask} throws.
 *
 * @category Tasks
 */
export async function forkTask(at: Here, id: string, request: NewFork): Promise<StartedTask> {
  requireWords(request, 'prompt');
  const task = taskAt(at, id);
  return runtime.forkTask(task.dispatcher, task.id, {
    ...{ plan: null, title: null, model: null, execution_mode: null, key: null },
    ...given(request),
    ...howGiven(request),
  });
}

/** The session that becomes a task; `workspace` is where it was begun, relative to `cwd` of {@link Here}. */
export interface NewAdoption extends Partial<Omit<AdoptRequest, 'backend' | 'session'>> {
  /** The agent: `codex`, `claude`, `pi`, or a name of the configuration. */
  backend: string;
  /** As the agent names it: an id, or the path of its file. */
  session: string;
}

/**
 * Makes a task of a session that was begun by hand; nothing is started. Throws UsageError (`invalid_value`,
 * `not_a_folder`), RefusedError (`not_adoptable`, `session_not_found`, `session_taken`, `sandboxed`), StoreError.
 *
 * @category Tasks
 */
export async function adoptSession(at: Here, session: NewAdoption): Promise<StartedTask> {
  requireWords(session, 'backend', 'session');
  const request = {
    model: null,
    execution_mode: null,
    title: null,
    insists: false,
    workspace: '.',
    ...given(session),
  };
  const workspace = requireFolderOption(at.cwd, request.workspace, 'workspace');
  return runtime.adoptSession(surroundingsAt(at), { ...request, workspace });
}

/**
 * Opens the agent's own program on the task's session, in the terminal of this process, and resolves when it is over.
 * Throws RefusedError (`not_enterable`, `no_session`, `attempt_alive`, `session_lost`, `grant_missing`, `sandboxed`),
 * NotFoundError, StoreError.
 *
 * @category Tasks
 */
export async function enterTask(
  at: Here,
  id: string,
  request: { execution_mode?: TaskView['execution_mode'] } = {},
): Promise<TaskView> {
  requireWords(request);
  const task = taskAt(at, id);
  return runtime.enterTask(task.dispatcher, task.id, { execution_mode: request.execution_mode ?? null });
}

/**
 * Ends a task with its whole process tree, and waits until that is seen, at most `timeoutMs` (30 s): after that the
 * supervisor goes on with it, and `confirmed` is false. Throws RefusedError `already_ended`, NotFoundError, StoreError.
 *
 * @category Tasks
 */
export async function cancelTask(
  at: Here,
  id: string,
  { timeoutMs = 30_000 }: { timeoutMs?: number } = {},
): Promise<Cancelled> {
  const task = taskAt(at, id);
  return runtime.cancelTask(task.dispatcher, task.id, { timeoutMs });
}

/**
 * Reads what was only recorded because it was asked for in a sandbox: show it to the user; nothing is granted or
 * started before `launch()` of what this resolves with. A mode or a check that is wider than what was granted before
 * has to be given here. Throws RefusedError (`sandboxed`, `nothing_to_start`, `attempt_alive`, `mode_not_granted`,
 * `verify_not_granted`, `grant_mismatch`, `root_moved`), NotFoundError, StoreError.
 *
 * @category Tasks
 */
export async function planStart(at: Here, id: string, grant: Partial<TypedGrant> = {}): Promise<StartPlan> {
  requireWords(grant);
  const task = taskAt(at, id);
  return runtime.planStart(task.dispatcher, task.id, {
    execution_mode: grant.execution_mode ?? null,
    verify: grant.verify,
  });
}
