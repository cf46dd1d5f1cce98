import {
  agentAttempts,
  lastAgentAttempt,
  lastCheck,
  lastHeardAttempt,
  untakenAnswers,
  readRegular,
  RefusedError,
  renderFirstPrompt,
  renderResumePrompt,
  renderRules,
  sha256,
  type AttemptCause,
  type FailedCheck,
  type WorkCheckpoint,
  type Grant,
  type Task,
} from '@dispatch/core';
import type { Backend, SessionPlan } from '@dispatch/backends';
import type { Dispatcher } from '../dispatcher.ts';
import { readTail } from '../observe/log.ts';
import { grantedSkill, skillInPrompt } from '../skills/index.ts';
import { answersToHandOver } from '../mail/answers.ts';
import { toolsOf } from '../worker/tools.ts';
import { gatherCheckpoint } from './checkpoint.ts';
import { withNewSession } from './new-session.ts';
import { argumentOf, backendOf, earlyRequest, refuseEarly } from './request.ts';
import { causeWith, planSession } from './session-plan.ts';

/** What an attempt after a task's making is about: why, in which session, and what its agent is told. */
export interface NextAttempt {
  cause: AttemptCause;
  session: SessionPlan;
  prompt: string;
  /** The agent is new to work that was begun before, and is told of it from outside of its memory. */
  anew: boolean;
}

/**
 * Plans the next attempt of a task that is there already; nothing is written. Throws RefusedError: what a backend
 * refuses, `session_given_up`, `session_poisoned`, `session_lost`, `grant_mismatch`.
 */
export async function planNext(
  dispatcher: Dispatcher,
  task: Task,
  grant: Omit<Grant, 'attempt' | 'attempt_nonce' | 'prompt_sha256'>,
  asked: {
    cause: AttemptCause;
    message: string | null;
    messagePath: string | null;
    /** Somebody wants it in the session on record, though that has failed each time. */
    insists?: boolean;
  },
): Promise<NextAttempt> {
  const backend = backendOf(grant);
  const planned = planSession(backend, task, asked.cause, dispatcher.home, {
    insists: asked.insists === true,
    from: grant.begins_from,
  });
  const cause = causeWith(task, planned, asked.cause);
  const taskDir = dispatcher.store.taskDir(task.id);
  const anew = isNewToTheWork(task, planned, cause);
  const checkpoint = anew ? await gatherCheckpoint(task) : null;
  const known = { dispatcher, task, taskDir, backend, grant, session: planned };
  const prompt = renderNextPrompt({ ...asked, ...known, cause, checkpoint });
  const request = earlyRequest(dispatcher, grant, taskDir, planned, argumentOf(backend, prompt));
  refuseEarly(backend, request);
  return { cause, prompt, anew, session: await withNewSession(backend, grant.executable, request) };
}

/** A session begins although somebody was at work before. Where nothing tells whether a model was, one may have been. */
function isNewToTheWork(task: Task, session: SessionPlan, cause: AttemptCause): boolean {
  if (session.kind !== 'new' || task.attempts.length === 0) return false;
  return cause === 'fresh' || agentAttempts(task).some(({ model_took_part: tookPart }) => tookPart !== false);
}

/** Interruption of the attempt before, as the worker is told of it. */
function interruptionOf(task: Task): 'interrupted' | 'timeout' | 'stalled' | 'cancelled' | null {
  const last = lastAgentAttempt(task);
  if (last === null) return null;
  if (last.reason === 'timeout' || last.reason === 'stalled') return last.reason;
  if (last.status === 'cancelled') return 'cancelled';
  return last.outcome === 'interrupted' || last.outcome === 'stopped' ? 'interrupted' : null;
}

/**
 * What an attempt after the first is given. A session that goes on gets the news only; where there is none to go on
 * with, the whole request goes out again with the news.
 */
function renderNextPrompt(options: {
  dispatcher: Dispatcher;
  task: Task;
  taskDir: string;
  backend: Backend;
  grant: Omit<Grant, 'attempt' | 'attempt_nonce' | 'prompt_sha256'>;
  session: SessionPlan;
  message: string | null;
  messagePath: string | null;
  cause: AttemptCause;
  checkpoint: WorkCheckpoint | null;
}): string {
  const { dispatcher, task, taskDir, backend, session, message, messagePath, cause, checkpoint } = options;
  const { task_mode: taskMode, begins_from: from } = options.grant;
  // A checkpoint says itself how the last attempt ended.
  const interrupted = checkpoint === null ? interruptionOf(task) : null;
  const updates = {
    answers: answersToHandOver(task, untakenAnswers(task), dispatcher.clock.now().getTime()),
    interrupted:
      cause === 'session_unknown' && checkpoint === null
        ? (interrupted ?? ('interrupted' as const))
        : interrupted,
    message,
    messagePath,
    continuePlan: cause === 'continue',
    failedCheck: failedCheckOf(task),
    draftAccepted: task.task_mode === 'discuss' && taskMode !== 'discuss',
  };
  // What a copy of another session holds of this task is not known before the model has answered there.
  const knowsRequest = from?.how !== 'fork' || task.session?.established === true;
  const isAdopted = from?.how === 'adopt' && lastHeardAttempt(task) === null;
  const means = { ask: dispatcher.program, tools: toolsOf(backend, options.grant) };
  if (session.kind === 'resume' && knowsRequest)
    return renderResumePrompt({
      taskDir,
      workspaceRoot: task.workspace_root,
      maxChars: backend.max_prompt_chars,
      isAdopted,
      rules:
        taskMode === task.task_mode && !isAdopted
          ? null
          : renderRules({ taskDir, workspaceRoot: task.workspace_root, taskMode, ...means }),
      ...updates,
    });
  const skill = grantedSkill(options.grant, taskDir);
  return renderFirstPrompt({
    taskDir,
    promptPath: task.prompt_path,
    workspaceRoot: task.workspace_root,
    request: requestOf(task),
    taskMode,
    skill: skill === null ? null : skillInPrompt(skill, taskDir),
    ...means,
    isFork: from?.how === 'fork',
    updates,
    checkpoint,
    maxChars: backend.max_prompt_chars,
  });
}

const checkTailBytes = 6 * 1024;

/** What the worker is told of a check that its last turn did not pass. */
function failedCheckOf(task: Task): FailedCheck | null {
  const check = lastCheck(task);
  if (check === null || check.outcome !== 'failed') return null;
  return {
    command: task.settings.verify ?? '',
    detail: check.detail ?? '',
    tail: readTail(check.stdout_path, checkTailBytes).trim(),
    logPath: check.stdout_path,
  };
}

/** The request as it was typed. Throws RefusedError `grant_mismatch` where the file holds something else by now. */
export function requestOf(task: Task): string {
  const bytes = readRegular(task.prompt_path);
  if (bytes === null || sha256(bytes) !== task.prompt_sha256)
    throw new RefusedError(
      'grant_mismatch',
      `${task.prompt_path} does not hold the prompt that task ${task.id} was given`,
      'start a new task',
    );
  return bytes.toString('utf8');
}
