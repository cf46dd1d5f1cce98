import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  bodyRef,
  createFile,
  dropGrants,
  livingAttempt,
  newNonce,
  readBody,
  RefusedError,
  setActiveMarker,
  sha256,
  taskNotFound,
  unlinkQuietly,
  untakenAnswers,
  type ExecutionMode,
  type Journal,
  type Task,
  type TaskMode,
  type TaskTarget,
} from '@dispatch/core';
import { bare } from '../attempts/automatic.ts';
import { planNext } from '../attempts/next-attempt.ts';
import { attemptAlive, messagePath, startAttempt } from '../attempts/start.ts';
import type { Dispatcher } from '../dispatcher.ts';
import { changedVariables } from '../environment/index.ts';
import { ensureSupervisor } from '../supervisor/ensure.ts';
import { registerRoot } from '../supervisor/roots.ts';
import type { Wish } from '../targets/index.ts';
import { readWorkspace } from '../workspace/index.ts';
import { grantMissing, grantToFollow, requireNoSandbox, requireSameRoot, settledTask } from './at-rest.ts';
import { grantAnew } from './fresh.ts';
import { modeToGoOnIn, writePlan } from './drafted.ts';
import { neighbours } from './neighbours.ts';
import { callersSandbox } from './sandboxed.ts';
import { startedTask, type StartedTask } from './started.ts';
import { typedGrant } from './typed-grant.ts';

/** How a task is gone on with. */
export interface ResumeRequest {
  message: string | null;
  execution_mode: ExecutionMode | null;
  /** Null: as before; a draft as the plan that it holds, or else directly. */
  task_mode: TaskMode | null;
  /** A new session instead of the one on record, with another agent or model where one is named. */
  fresh: Wish | null;
  /** In the session on record although every resume of it has failed at once. */
  insists?: boolean;
}

/** A typed attempt that was started, and whether its agent is new to work that was begun before. */
export interface StartedAttempt {
  task: Task;
  anew: boolean;
}

/**
 * Goes on with a task as the next attempt: in its native session, or in a new one where that is asked for. Throws
 * RefusedError `attempt_alive`, `sandboxed`, `message_missing`, `session_given_up`, `session_poisoned`, `session_lost`, `session_taken`, `grant_missing`, `root_moved`, and what a backend refuses.
 */
export async function resumeTask(
  dispatcher: Dispatcher,
  id: string,
  request: ResumeRequest,
): Promise<StartedTask> {
  try {
    return await resume(dispatcher, id, request);
  } catch (error) {
    // Whatever was met there: a prune came first.
    if (dispatcher.store.hasTask(id)) throw error;
    dropGrants(dispatcher.home, dispatcher.store.ref, id);
    throw taskNotFound(id, dispatcher.store.root);
  }
}

async function resume(dispatcher: Dispatcher, id: string, request: ResumeRequest): Promise<StartedTask> {
  const sandbox = callersSandbox(dispatcher);
  const journal = dispatcher.store.journal(id);
  if (request.fresh !== null) requireNoSandbox(dispatcher, `beginning another session of task ${id}`);
  if (sandbox !== null) return recordResume(dispatcher, journal, request, sandbox.evidence);
  const task = await settledTask(dispatcher, journal);
  requireSameRoot(dispatcher, task);
  if (request.message === null && untakenAnswers(task).length === 0 && !goesOnWithout(task, request))
    throw new RefusedError(
      'message_missing',
      `task ${task.id} is ${task.status}, ${task.reason}, and no answer waits to be taken`,
      `say how to go on: dispatch resume ${task.id} --message "…"`,
    );
  const before = grantToFollow(dispatcher, task);
  if (before === null) throw grantMissing(dispatcher, task);
  const message = request.message ?? requestedMessage(journal, task);
  const { allowed, target, why } =
    request.fresh === null
      ? { allowed: bare(before), target: null, why: null }
      : await grantAnew(dispatcher, bare(before), request.fresh);
  const started = await startTyped(dispatcher, journal, task, allowed, { ...request, message, target });
  return startedTask(dispatcher, started.task, {
    created: false,
    launched: true,
    why,
    notices: [...anewNotice(started), ...neighbours(dispatcher, started.task)],
    sandbox: null,
  });
}

/** Whoever types it is told that the conversation before is not part of what follows. */
function anewNotice({ task, anew }: StartedAttempt): string[] {
  if (!anew) return [];
  return [
    `${task.backend} does not go on in the session before: it begins from a checkpoint (plan, context, last messages and what differs in the workspace)`,
  ];
}

/** Interrupted work, an open plan and a failed check need no word to go on, nor does what failed with a session that is left behind. */
function goesOnWithout(task: Task, { fresh }: ResumeRequest): boolean {
  return (
    (fresh !== null && task.status !== 'completed') ||
    task.requested_resume !== null ||
    ['interrupted', 'plan_incomplete', 'timeout', 'stalled', 'verification', 'discussion_draft'].includes(
      task.reason,
    )
  );
}

/** A typed attempt: environment and mode are those of whoever types. */
export async function startTyped(
  dispatcher: Dispatcher,
  journal: Journal,
  task: Task,
  allowed: ReturnType<typeof bare>,
  request: ResumeRequest & { target: TaskTarget | null },
): Promise<StartedAttempt> {
  const { message } = request;
  const taskMode = modeToGoOnIn(task, allowed, request.task_mode);
  const grant = {
    ...(await typedGrant(dispatcher, allowed, request.execution_mode)),
    task_mode: taskMode,
    request_sha256: message === null ? allowed.request_sha256 : sha256(message),
  };
  const asked =
    task.attempts.length === 0 && task.session === null
      ? 'run'
      : request.fresh !== null
        ? 'fresh'
        : request.message === null && untakenAnswers(task).length > 0
          ? 'answer'
          : 'resume';
  const nonce = newNonce();
  const { cause, prompt, session, anew } = await planNext(dispatcher, task, grant, {
    cause: asked,
    insists: request.insists === true,
    message,
    messagePath: message === null ? null : join(journal.taskDir, messagePath(task.attempts.length, nonce)),
  });
  if (task.task_mode === 'discuss' && taskMode === 'plan') writePlan(task);
  registerRoot(dispatcher.home, dispatcher.store.root);
  try {
    const started = startAttempt(dispatcher, journal, task, {
      cause,
      automatic: false,
      target: request.target,
      grant,
      nonce,
      prompt,
      message,
      answers: untakenAnswers(task),
      session,
      environmentChanged: changedVariables(allowed.environment, grant.environment),
      workspaceBefore: await readWorkspace(task.workspace_root, { timeoutMs: 1500 }),
    });
    return { task: started, anew };
  } finally {
    ensureSupervisor(dispatcher);
  }
}

/** What a resume that was typed in a sandbox wanted to say. */
export function requestedMessage(journal: Journal, task: Task): string | null {
  const wanted = task.requested_resume?.message ?? null;
  return wanted === null ? null : readBody(journal.taskDir, wanted);
}

/** In a sandbox nothing is launched: what was asked for waits for `dispatch start`, typed outside. */
function recordResume(
  dispatcher: Dispatcher,
  journal: Journal,
  request: ResumeRequest,
  evidence: string,
): StartedTask {
  const path = `messages/requested.${newNonce()}.md`;
  const message = request.message === null ? null : bodyRef(path, request.message);
  if (request.message !== null) {
    mkdirSync(join(journal.taskDir, 'messages'), { recursive: true, mode: 0o700 });
    createFile(join(journal.taskDir, path), request.message, 'durable');
  }
  const mark = (now: Task): void => {
    setActiveMarker(dispatcher.store, { id: now.id, attempt: now.attempts.at(-1)?.attempt ?? 0 });
  };
  try {
    // Set before the commit for whoever dies after it, and again behind it: a supervisor that saw a task that is over may
    // have removed it.
    const { task: before } = journal.refresh();
    if (before !== null) mark(before);
    const task = journal.commit((now) => {
      if (livingAttempt(now) !== null) throw attemptAlive(now);
      return {
        kind: 'resume_requested',
        message: 'a resume was asked for inside a sandbox',
        data: { message, execution_mode: request.execution_mode, task_mode: request.task_mode },
      };
    });
    if (task === null) throw new RefusedError('not_in_this_state', 'the resume was not recorded');
    mark(task);
    return startedTask(dispatcher, task, {
      created: false,
      launched: false,
      why: null,
      notices: [],
      sandbox: evidence,
    });
  } catch (error) {
    if (message !== null) unlinkQuietly(join(journal.taskDir, path));
    throw error;
  }
}
