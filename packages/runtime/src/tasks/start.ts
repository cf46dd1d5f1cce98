import { findBackend, hostAgents } from '@dispatch/backends';
import { RefusedError, type ExecutionMode, type Grant, type Journal, type Task } from '@dispatch/core';
import { bare, typedAnew } from '../attempts/automatic.ts';
import { requestOf } from '../attempts/next-attempt.ts';
import { backendOf, earlyRequest } from '../attempts/request.ts';
import { planSession } from '../attempts/session-plan.ts';
import type { Dispatcher } from '../dispatcher.ts';
import { capturedEnvironment } from '../environment/index.ts';
import { grantedSkill } from '../skills/index.ts';
import { agentVersion, chooseTarget } from '../targets/index.ts';
import { modeToGoOnIn } from './drafted.ts';
import { grantedOptions, readOptions } from './options.ts';
import { requestedMessage, startTyped } from './resume.ts';
import { grantToFollow, requireNoSandbox, requireSameRoot, settledTask } from './at-rest.ts';
import { startedTask, type StartedTask } from './started.ts';

/** What `start` would launch, to be shown to whoever types it before anything is granted. */
export interface StartPlan {
  task_id: string;
  /** The agent's command line. */
  command: string[];
  execution_mode: ExecutionMode;
  workspace: string;
  /** The command that checks what the agent claims; null for none. */
  verify: string | null;
  /** The agent of the configuration by which it was asked for, as the record says. */
  named_agent: string | null;
  /** What it is given to go by, as it stands in the task; `folder` is for it to read. */
  skill: { name: string; folder: string | null; text: string } | null;
  /** The request that the task was made with. */
  prompt: string;
  /** What a resume that was only recorded wants to say; it goes to the agent as it stands here. */
  message: string | null;
  launch(): Promise<StartedTask>;
}

/** What is granted only by whoever types it. */
export interface TypedGrant {
  execution_mode: ExecutionMode | null;
  /** Undefined where nothing was typed; null for no check. */
  verify: string | null | undefined;
}

/**
 * Reads what was only recorded, because it was asked for inside a sandbox or has no grant. Nothing is granted or
 * launched before `launch` is called. Throws RefusedError `sandboxed`, `nothing_to_start`, `attempt_alive`,
 * `root_moved`, `grant_mismatch`, `mode_not_granted`, `verify_not_granted`.
 */
export async function planStart(dispatcher: Dispatcher, id: string, typed: TypedGrant): Promise<StartPlan> {
  requireNoSandbox(dispatcher, `starting task ${id}`);
  const journal = dispatcher.store.journal(id);
  const task = await settledTask(dispatcher, journal);
  requireSameRoot(dispatcher, task);
  const before = grantToFollow(dispatcher, task);
  requireWaiting(task, before);
  const prompt = requestOf(task);
  const message = requestedMessage(journal, task);
  const recorded = await grantFromRecord(dispatcher, task, before, typed.verify);
  const grant = {
    ...recorded,
    task_mode: modeToGoOnIn(task, recorded, task.requested_resume?.task_mode ?? null),
    execution_mode: grantedMode(task, before, typed.execution_mode),
  };
  const skill = grantedSkill(grant, journal.taskDir);
  const backend = backendOf(grant);
  const session = planSession(backend, task, 'resume', dispatcher.home, { from: grant.begins_from });
  return {
    task_id: id,
    command: [
      grant.executable,
      ...backend.argv(earlyRequest(dispatcher, grant, journal.taskDir, session, null)),
    ],
    execution_mode: grant.execution_mode,
    workspace: grant.workspace,
    verify: grant.settings.verify,
    named_agent: task.named_agent ?? null,
    skill: skill === null ? null : { name: skill.name, folder: skill.folder, text: skill.text },
    prompt,
    message,
    launch: () => launch(dispatcher, journal, { task, grant, message }),
  };
}

async function launch(
  dispatcher: Dispatcher,
  journal: Journal,
  { task, grant, message }: { task: Task; grant: ReturnType<typeof bare>; message: string | null },
): Promise<StartedTask> {
  const request = {
    message,
    execution_mode: grant.execution_mode,
    task_mode: grant.task_mode,
    fresh: null,
    target: null,
  };
  const { task: started } = await startTyped(dispatcher, journal, task, grant, request);
  return startedTask(dispatcher, started, {
    created: false,
    launched: true,
    why: null,
    notices: [],
    sandbox: null,
  });
}

/** A record that a worker can write must not make a new start of just any task. */
function requireWaiting(task: Task, before: Grant | null): void {
  const parked = task.status === 'awaiting_user' && task.detail?.startsWith('grant_') === true;
  const ended = task.status === 'completed' || task.status === 'cancelled';
  if (task.reason === 'sandboxed_host' || parked || (before === null && !ended)) return;
  throw new RefusedError(
    'nothing_to_start',
    `task ${task.id} is ${task.status}, ${task.reason}, and does not wait to be started`,
    `to go on with it: dispatch resume ${task.id} --message "…"`,
  );
}

/** From the narrowest on; what `standard` means is the agent's configuration's to say. */
const byWidth: readonly ExecutionMode[] = ['read_only', 'auto', 'standard', 'danger'];

/** A mode that is wider than what was granted before (at first: than `auto`) is never taken from the record. */
function grantedMode(task: Task, before: Grant | null, typed: ExecutionMode | null): ExecutionMode {
  if (typed !== null) return typed;
  const recorded = task.requested_resume?.execution_mode ?? task.execution_mode;
  const known = before?.execution_mode ?? 'auto';
  if (byWidth.indexOf(recorded) <= byWidth.indexOf(known)) return recorded;
  throw new RefusedError(
    'mode_not_granted',
    `task ${task.id} was recorded with the mode ${recorded}, and nobody outside of a sandbox has asked for more than ${known}`,
    `say which it is to be: dispatch start ${task.id} --execution-mode ${recorded}, or --execution-mode ${known}`,
  );
}

/** A check runs outside of every sandbox: one that only the record names has to be typed. */
function grantedVerify(
  { id, settings: { verify: recorded } }: Task,
  typed: TypedGrant['verify'],
  configured: string | null,
): string | null {
  if (typed !== undefined) return typed;
  if (recorded === null || recorded === configured) return recorded;
  throw new RefusedError(
    'verify_not_granted',
    `task ${id} was recorded with the check ${JSON.stringify(recorded)}, and nobody outside of a sandbox has asked for it`,
    `say which it is to be: dispatch start ${id} --verify COMMAND, or dispatch start ${id} --no-verify`,
  );
}

/** What was granted before, or, where nothing was, what the record says; its mode is the caller's to decide. */
async function grantFromRecord(
  dispatcher: Dispatcher,
  task: Task,
  before: Grant | null,
  verify: TypedGrant['verify'],
): Promise<ReturnType<typeof bare>> {
  const environment = capturedEnvironment({ ...dispatcher.environment }, hostAgents);
  if (before !== null)
    return {
      ...bare(before),
      settings: { ...before.settings, ...(verify === undefined ? {} : { verify }) },
      root: dispatcher.store.ref,
      ...typedAnew,
      environment,
    };
  const { target, config } = await chooseTarget(dispatcher, { backend: task.backend, model: task.model });
  if (findBackend(target.backendType) === null || target.backendType !== task.backend_type)
    throw new RefusedError(
      'unknown_backend',
      `backend ${task.backend} is ${target.backendType} here, not ${task.backend_type}`,
    );
  return {
    version: 1,
    task_id: task.id,
    ...typedAnew,
    root: dispatcher.store.ref,
    workspace: task.workspace_root,
    backend: task.backend,
    backend_type: target.backendType,
    executable: target.executable,
    agent_version: await agentVersion(dispatcher, target.backendType, target.executable),
    backend_args: [...target.args],
    model: task.model,
    execution_mode: task.execution_mode,
    task_mode: task.task_mode,
    settings: { ...task.settings, verify: grantedVerify(task, verify, config?.settings.verify ?? null) },
    ...grantedOptions(readOptions(dispatcher.store.taskDir(task.id)), task.workspace_root),
    ...(task.skill === undefined ? {} : { skill: task.skill }),
    begins_from: null,
    environment,
    request_sha256: task.prompt_sha256,
  };
}
