import { realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  bodyRef,
  buildTask,
  claimKey,
  createTask as createTaskFolder,
  deriveTitle,
  initStore,
  newestTaskId,
  newTaskId,
  preview,
  recordIndexedBoot,
  removeGrant,
  sha256,
  SyncBatch,
  UsageError,
  writeGrant,
  type EventDraft,
  type Journal,
  type Settings,
  type Store,
  type Target,
  type Task,
  type TaskDraft,
} from '@dispatch/core';
import { hold, launchStarted, numbered, startEvent } from '../attempts/start.ts';
import type { Dispatcher, Surroundings } from '../dispatcher.ts';
import { ensureSupervisor } from '../supervisor/ensure.ts';
import { childProcess } from '../processes/child-process.ts';
import { registerRoot } from '../supervisor/roots.ts';
import { skillNotices, skillRecord } from '../skills/index.ts';
import { chooseTarget } from '../targets/index.ts';
import { readWorkspace } from '../workspace/index.ts';
import { neighbours } from './neighbours.ts';
import { prepareFirst } from './first-attempt.ts';
import { defaultMode, defaultSettings, optionsBody } from './options.ts';
import { optionsOf, type RunRequest } from './run-request.ts';
import { callersSandbox } from './sandboxed.ts';
import { startedTask, type StartedTask } from './started.ts';

const previewBytes = 1000;

/**
 * Makes a task, durable before this returns, and starts its agent; in a sandbox the task is only recorded. Throws
 * UsageError, RefusedError `key_conflict` and what a backend refuses, EnvironmentError, StoreError.
 */
export async function createTask(
  surroundings: Surroundings,
  asked: RunRequest,
  /** The agent, where the caller has chosen it by the same request already. */
  chosen?: Awaited<ReturnType<typeof chooseTarget>>,
): Promise<StartedTask> {
  if (asked.prompt.trim() === '')
    throw new UsageError('prompt_empty', 'the prompt is empty', 'say what is to be done');
  const workspace = requireWorkspace(asked.workspace);
  const sandbox = callersSandbox(surroundings);
  // Begun early: git works while we do.
  const workspaceBefore = readWorkspace(workspace, { timeoutMs: 1500 });
  workspaceBefore.catch(() => undefined);
  const { target, config, remember } = chosen ?? (await chooseTarget(surroundings, asked));
  const { execution_mode: configuredMode = defaultMode, ...configured } = config?.settings ?? {};
  const request = { ...asked, execution_mode: asked.execution_mode ?? configuredMode };
  const settings: Settings = {
    ...defaultSettings(target.backendType),
    ...configured,
    ...request.settings,
  };
  const batch = new SyncBatch();
  const { store } = initStore({ ...surroundings }, { force: false, durability: batch }, surroundings.clock);
  const dispatcher: Dispatcher = { ...surroundings, store };
  const { skill, named_agent: named } = request;
  const prompt = [target.promptPrefix, request.guidance, request.prompt].filter(Boolean).join('\n\n');
  const why = named?.place
    ? `The agent ${named.name} of ${named.place} was asked for, and takes ${target.backend}.`
    : target.why;

  const rests = restOf(request);
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
      ...(request.begins_from === undefined ? {} : { begins_from: request.begins_from }),
      ...(skill === undefined ? {} : { skill: skillRecord(skill) }),
      ...(named === undefined ? {} : { named_agent: named.name }),
    },
    bodies: {
      'prompt.md': prompt,
      ...(request.plan === null ? {} : { 'plan.md': request.plan }),
      ...optionsBody(optionsOf(request)),
      ...(skill === undefined ? {} : { [skillRecord(skill).body.path]: skill.text }),
      ...(rests?.data.reason === 'discussion_draft' ? { 'output.md': staticDraft(request.prompt) } : {}),
    },
    then: rests === null ? [] : [rests],
  };
  if (sandbox !== null) {
    batch.flushSync();
    const { created } = createTaskFolder(store, draft);
    const task = readTask(dispatcher.store.journal(id));
    return startedTask(dispatcher, task, {
      created,
      launched: false,
      why,
      notices: skillNotices(skill),
      sandbox: sandbox.evidence,
    });
  }

  const { first, caveats } = await prepareFirst(dispatcher, {
    request,
    prompt,
    workspace,
    target,
    settings,
    id,
  });
  const attempt = numbered(join(store.taskDir(id), 'outputs'), 0, first);
  registerRoot(dispatcher.home, store.root);
  recordBootOfNewIndex(dispatcher);
  writeGrant(dispatcher.home, attempt.grant, batch);
  if (rests === null) hold(dispatcher, attempt.grant, first.session);
  const { created, task: started } = await placed(
    store,
    {
      ...draft,
      ...(rests === null
        ? {
            bodies: { ...draft.bodies, [attempt.files.prompt]: first.prompt },
            then: [startEvent(dispatcher, first, attempt)],
          }
        : {}),
    },
    batch,
  );
  if (!created) {
    removeGrant(dispatcher.home, id, first.nonce);
    return existing(dispatcher, id);
  }
  if (rests !== null) {
    store.journal(id).checkpoint();
    return startedTask(dispatcher, started, {
      created,
      launched: false,
      why,
      notices: skillNotices(skill),
      sandbox: null,
    });
  }
  const journal = store.journal(id);
  try {
    launchStarted(dispatcher, journal, started, attempt, {
      prompt: first.prompt,
      workspaceBefore: await workspaceBefore,
    });
  } finally {
    ensureSupervisor(dispatcher);
  }
  remember();
  return startedTask(dispatcher, started, {
    created,
    launched: true,
    why,
    notices: [...skillNotices(skill), ...caveats, ...neighbours(dispatcher, started)],
    sandbox: null,
  });
}

/** How a task that starts no agent is left to its user; null for every other one. */
function restOf({ no_agent: noAgent, begins_from: from }: RunRequest): EventDraft<'status_changed'> | null {
  if (!noAgent) return null;
  const isAdopted = from?.how === 'adopt';
  return {
    kind: 'status_changed',
    message: isAdopted ? 'a session that was begun by hand was adopted' : 'a draft was made without an agent',
    data: { status: 'awaiting_user', reason: isAdopted ? 'by_hand' : 'discussion_draft', detail: null },
  };
}

/** What there is to discuss before anybody has thought about it. */
function staticDraft(prompt: string): string {
  const lines = prompt.trim().split(/\r?\n/);
  return [
    `# ${deriveTitle(prompt)}`,
    '',
    'Nobody has worked on this draft yet: change it, or have an agent carry it out.',
    '',
    `- [ ] ${lines.join('\n      ')}`,
    '',
  ].join('\n');
}

/** The task on disk, with everything that the batch holds already. */
async function placed(
  store: Store,
  draft: TaskDraft,
  batch: SyncBatch,
): Promise<{ created: boolean; task: Task }> {
  const build = buildTask(store, draft, batch);
  try {
    const flushed = batch.flush();
    // Needed for the launch; loaded while the disk is at work.
    childProcess();
    await flushed;
  } catch (error) {
    build.abandon();
    throw error;
  }
  return { ...build.place(), task: build.task };
}

function requireWorkspace(path: string): string {
  try {
    if (statSync(path).isDirectory()) return realpathSync(path);
  } catch {
    // Falls through to the one error.
  }
  throw new UsageError('workspace_missing', `${path} is no folder to work in`, 'name one with --workspace');
}

/** The id under which the task is made: a new one, or the one that the key stands for. */
function reserveId(
  { store, clock }: Dispatcher,
  request: RunRequest,
  known: { prompt: string; workspace: string; target: Target },
): { id: string; mine: boolean } {
  const id = newTaskId({ now: clock.now(), newest: newestTaskId(store) });
  if (request.key === null) return { id, mine: true };
  const { prompt: _prompt, plan, key: _key, skill, named_agent: named, ...typed } = request;
  const input = JSON.stringify([
    {
      ...{ ...typed, workspace: known.workspace },
      ...(skill === undefined ? {} : { skill: skillRecord(skill) }),
      ...(named === undefined ? {} : { named_agent: named.name }),
    },
    sha256(known.prompt),
    plan === null ? null : sha256(plan),
  ]);
  const claimed = claimKey(store, request.key, { task_id: id, input_sha256: sha256(input) });
  return { id: claimed.task_id, mine: claimed.first };
}

function existing(dispatcher: Dispatcher, id: string): StartedTask {
  ensureSupervisor(dispatcher);
  return startedTask(dispatcher, readTask(dispatcher.store.journal(id)), {
    created: false,
    launched: false,
    why: null,
    notices: [],
    sandbox: null,
  });
}

function readTask(journal: Journal): Task {
  const { task } = journal.refresh();
  if (task === null)
    throw new UsageError('task_unreadable', `${journal.taskDir} cannot be read`, 'run `dispatch doctor`');
  return task;
}

/** A new index is whole under this boot. */
function recordBootOfNewIndex({ store, machine }: Dispatcher): void {
  if (newestTaskId(store) === null) recordIndexedBoot(store, machine.bootId());
}
