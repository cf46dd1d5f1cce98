import { realpathSync, statSync } from 'node:fs';
import {
  bodyRef,
  claimKey,
  createTask as createTaskFolder,
  deriveTitle,
  initStore,
  newestTaskId,
  newNonce,
  newTaskId,
  preview,
  recordIndexedBoot,
  RefusedError,
  removeGrant,
  renderFirstPrompt,
  sha256,
  UsageError,
  writeGrant,
  type ExecutionMode,
  type Grant,
  type Settings,
  type Target,
  type Task,
  type TaskMode,
  type TaskSource,
} from '@dispatch/core';
import { findBackend, hostAgents } from '@dispatch/backends';
import { agentRequest, refuseEarly } from '../attempts/request.ts';
import { planSession } from '../attempts/session-plan.ts';
import { startAttempt } from '../attempts/start.ts';
import type { Dispatcher, Surroundings } from '../dispatcher.ts';
import { capturedEnvironment } from '../environment/index.ts';
import { ensureSupervisor } from '../supervisor/ensure.ts';
import { registerRoot } from '../supervisor/roots.ts';
import { chooseTarget } from '../targets/index.ts';
import { readWorkspace } from '../workspace/index.ts';
import { neighbours } from './neighbours.ts';
import { defaultSettings, optionsBody, type RunOptions } from './options.ts';
import { callersSandbox } from './sandboxed.ts';
import { startedTask, type StartedTask } from './started.ts';

/** Everything that `run` was asked for. Paths are absolute. */
export interface RunRequest extends RunOptions {
  prompt: string;
  source: TaskSource;
  /** Text of a plan that the user wrote; becomes the worker's `plan.md`. */
  plan: string | null;
  task_mode: TaskMode;
  title: string | null;
  backend: string | null;
  model: string | null;
  execution_mode: ExecutionMode;
  workspace: string;
  settings: Partial<Settings>;
  key: string | null;
}

const previewBytes = 1000;

/**
 * Makes a task, durable before this returns, and starts its agent; in a sandbox the task is only recorded. Throws
 * UsageError, RefusedError `key_conflict` and what a backend refuses, EnvironmentError, StoreError.
 */
export async function createTask(surroundings: Surroundings, request: RunRequest): Promise<StartedTask> {
  if (request.prompt.trim() === '')
    throw new UsageError('prompt_empty', 'the prompt is empty', 'say what is to be done');
  const workspace = requireWorkspace(request.workspace);
  const sandbox = callersSandbox(surroundings);
  // Begun early: git works while we do.
  const workspaceBefore = readWorkspace(workspace, { timeoutMs: 1500 });
  workspaceBefore.catch(() => undefined);
  const { target, config, remember } = await chooseTarget(surroundings, request);
  const settings: Settings = { ...defaultSettings, ...config?.settings, ...request.settings };
  const { store } = initStore({ ...surroundings }, { force: false }, surroundings.clock);
  const dispatcher: Dispatcher = { ...surroundings, store };
  const prompt =
    target.promptPrefix === null ? request.prompt : `${target.promptPrefix}\n\n${request.prompt}`;

  const { id, mine } = reserveId(dispatcher, request, { prompt, workspace, target });
  if (!mine && store.hasTask(id)) return existing(dispatcher, id);
  const draft = {
    created: {
      id,
      title: (request.title ?? deriveTitle(request.prompt)).slice(0, 200),
      prompt: bodyRef('prompt.md', prompt),
      preview: preview(prompt, previewBytes),
      task_mode: request.task_mode,
      task_source: request.source,
      backend: target.backend,
      backend_type: target.backendType,
      model: target.model,
      execution_mode: request.execution_mode,
      workspace_root: workspace,
      place: 'local' as const,
      root: store.ref,
      settings,
      key_sha256: request.key === null ? null : sha256(request.key),
      origin: sandbox === null ? ('user' as const) : ('sandboxed_host' as const),
    },
    bodies: {
      'prompt.md': prompt,
      ...(request.plan === null ? {} : { 'plan.md': request.plan }),
      ...optionsBody(optionsOf(request)),
    },
  };
  if (sandbox !== null) {
    const { created } = createTaskFolder(store, draft);
    const task = readTask(dispatcher, id);
    return startedTask(dispatcher, task, {
      created,
      why: target.why,
      notices: [],
      sandbox: sandbox.evidence,
    });
  }

  const first = prepareFirst(dispatcher, { request, prompt, workspace, target, settings, id });
  registerRoot(dispatcher.home, store.root);
  recordBootOfNewIndex(dispatcher);
  writeGrant(dispatcher.home, first.grant);
  const { created } = createTaskFolder(store, draft);
  const journal = store.journal(id);
  const task = readTask(dispatcher, id);
  const leaveToOther = (): StartedTask => {
    dropUnusedGrant(dispatcher, first.grant);
    return { ...existing(dispatcher, id), created };
  };
  if (!created && (task.attempts.length > 0 || task.status !== 'pending')) return leaveToOther();
  let started: Task;
  try {
    started = startAttempt(dispatcher, journal, task, {
      cause: 'run',
      automatic: false,
      grant: first.grant,
      nonce: first.grant.attempt_nonce,
      granted: true,
      prompt: first.prompt,
      message: null,
      answers: [],
      session: first.session,
      environmentChanged: [],
      workspaceBefore: await workspaceBefore,
    });
  } catch (error) {
    // Whoever has the same key, or the supervisor, started it meanwhile.
    if (error instanceof RefusedError && error.code === 'attempt_alive') return leaveToOther();
    throw error;
  } finally {
    ensureSupervisor(dispatcher);
  }
  remember();
  return startedTask(dispatcher, started, {
    created,
    why: target.why,
    notices: [...first.caveats, ...neighbours(dispatcher, started)],
    sandbox: null,
  });
}

function requireWorkspace(path: string): string {
  try {
    if (statSync(path).isDirectory()) return realpathSync(path);
  } catch {
    // Falls through to the one error.
  }
  throw new UsageError('workspace_missing', `${path} is no folder to work in`, 'name one with --workspace');
}

function optionsOf({ effort, add_dirs, append_system_prompt, agent_args }: RunRequest): RunOptions {
  return { effort, add_dirs, append_system_prompt, agent_args };
}

/** The id under which the task is made: a new one, or the one that the key stands for. */
function reserveId(
  { store, clock }: Dispatcher,
  request: RunRequest,
  known: { prompt: string; workspace: string; target: Target },
): { id: string; mine: boolean } {
  const id = newTaskId({ now: clock.now(), newest: newestTaskId(store) });
  if (request.key === null) return { id, mine: true };
  const { prompt: _prompt, plan, key: _key, ...typed } = request;
  const input = JSON.stringify([
    { ...typed, workspace: known.workspace },
    sha256(known.prompt),
    plan === null ? null : sha256(plan),
  ]);
  const claimed = claimKey(store, request.key, { task_id: id, input_sha256: sha256(input) });
  return { id: claimed.task_id, mine: claimed.first };
}

function existing(dispatcher: Dispatcher, id: string): StartedTask {
  ensureSupervisor(dispatcher);
  return startedTask(dispatcher, readTask(dispatcher, id), {
    created: false,
    why: null,
    notices: [],
    sandbox: null,
  });
}

/** Unless the supervisor has started the attempt under this very grant. */
function dropUnusedGrant(dispatcher: Dispatcher, { task_id: id, attempt_nonce: nonce }: Grant): void {
  if (!readTask(dispatcher, id).attempts.some((attempt) => attempt.attempt_nonce === nonce))
    removeGrant(dispatcher.home, id, nonce);
}

function readTask(dispatcher: Dispatcher, id: string): Task {
  const { task } = dispatcher.store.journal(id).refresh();
  if (task === null)
    throw new UsageError('task_unreadable', `task ${id} cannot be read`, 'run `dispatch doctor`');
  return task;
}

/** A new index is whole under this boot. */
function recordBootOfNewIndex({ store, machine }: Dispatcher): void {
  if (newestTaskId(store) === null) recordIndexedBoot(store, machine.bootId());
}

/** Prompt, session and grant of the first attempt; everything that may be refused is refused here. */
function prepareFirst(
  dispatcher: Dispatcher,
  options: {
    request: RunRequest;
    prompt: string;
    workspace: string;
    target: Target;
    settings: Settings;
    id: string;
  },
) {
  const { request, workspace, target, settings, id } = options;
  const { store, environment, machine } = dispatcher;
  const backend = findBackend(target.backendType, target.args);
  if (backend === null) throw new UsageError('unknown_backend', `no backend of type ${target.backendType}`);
  const taskDir = store.taskDir(id);
  const session = planSession(backend, { id, session: null } as Task, 'run', dispatcher.home);
  const grant: Grant = {
    version: 1,
    task_id: id,
    attempt: 0,
    attempt_nonce: newNonce(),
    automatic_used: 0,
    root: store.ref,
    workspace,
    backend: target.backend,
    backend_type: target.backendType,
    executable: target.executable,
    backend_args: [...target.args],
    model: target.model,
    execution_mode: request.execution_mode,
    settings,
    ...optionsOf(request),
    environment: capturedEnvironment({ ...environment }, hostAgents),
    request_sha256: sha256(options.prompt),
    prompt_sha256: '',
  };
  const agent = agentRequest(grant, { taskDir, promptFile: '' }, session, machine.uid);
  refuseEarly(backend, agent);
  const caveat = backend.caveat(agent);
  const prompt = renderFirstPrompt({
    taskDir,
    promptPath: `${taskDir}/prompt.md`,
    workspaceRoot: workspace,
    request: options.prompt,
    taskMode: request.task_mode,
    ask: dispatcher.program,
    maxChars: backend.max_prompt_chars,
  });
  grant.prompt_sha256 = sha256(prompt);
  return { prompt, session, grant, caveats: caveat === null ? [] : [caveat] };
}
