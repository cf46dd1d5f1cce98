import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  bodyRef,
  createFile,
  fsyncFolder,
  livingAttempt,
  newNonce,
  RefusedError,
  removeGrant,
  setActiveMarker,
  unlinkQuietly,
  writeGrant,
  type AttemptCause,
  type Grant,
  type Journal,
  type Question,
  type Task,
} from '@dispatch/core';
import type { SessionPlan } from '@dispatch/backends';
import type { Dispatcher } from '../dispatcher.ts';
import type { WorkspaceState } from '../workspace/index.ts';
import { handOverAnswers } from '../mail/answers.ts';
import { holdSession } from './hold.ts';
import { launchAttempt } from './launch.ts';
import { attemptFiles } from './paths.ts';

/** One attempt to be. */
export interface AttemptDraft {
  cause: AttemptCause;
  automatic: boolean;
  /** The grant, but for what only the start itself knows. */
  grant: Omit<Grant, 'attempt' | 'attempt_nonce' | 'prompt_sha256'>;
  /** A nonce that the grant stands under already (the first attempt's, written before the task was). */
  grantedNonce: string | null;
  prompt: string;
  message: string | null;
  /** Answers that the prompt hands over. */
  answers: readonly Question[];
  session: SessionPlan;
  environmentChanged: readonly string[];
  workspaceBefore: WorkspaceState | null;
}

/**
 * Commits `attempt_started` and launches. Prompt and grant stand, synced, before the commit; who loses it removes what
 * it wrote. Throws RefusedError `attempt_alive`, `session_taken`, and what a launch may throw.
 */
export function startAttempt(dispatcher: Dispatcher, journal: Journal, task: Task, draft: AttemptDraft): Task {
  const number = task.attempts.length;
  const nonce = draft.grantedNonce ?? newNonce();
  const { outputs_dir: outputs } = task.artifacts;
  const files = attemptFiles(outputs, number, nonce);
  const promptFile = join(journal.taskDir, files.prompt);
  const prompt = bodyRef(files.prompt, draft.prompt);
  const messagePath = `messages/${number}.${nonce}.md`;
  const message = draft.message === null ? null : bodyRef(messagePath, draft.message);
  const grant: Grant = { ...draft.grant, attempt: number, attempt_nonce: nonce, prompt_sha256: prompt.sha256 };

  const undo = (): void => {
    unlinkQuietly(promptFile);
    if (message !== null) unlinkQuietly(join(journal.taskDir, messagePath));
    if (draft.grantedNonce === null) removeGrant(dispatcher.home, task.id, nonce);
  };
  try {
    if (number > 0) setActiveMarker(dispatcher.store, { id: task.id, attempt: number });
    createFile(promptFile, draft.prompt, 'durable');
    fsyncFolder(outputs);
    if (draft.message !== null) writeMessage(journal.taskDir, messagePath, draft.message);
    if (draft.grantedNonce === null) writeGrant(dispatcher.home, grant);
    const locator = draft.session.locator;
    if (locator !== null)
      holdSession(dispatcher, task.backend_type, locator, {
        task_id: task.id,
        attempt: number,
        attempt_nonce: nonce,
        root: dispatcher.store.root,
      });
  } catch (error) {
    undo();
    throw error;
  }

  const { machine } = dispatcher;
  let started: Task | null;
  try {
    started = journal.commit((now) => {
      if (now.attempts.length !== number || livingAttempt(now) !== null) throw attemptAlive(now);
      return {
        kind: 'attempt_started',
        message: startMessage(number, draft),
        data: {
          attempt: number,
          attempt_nonce: nonce,
          cause: draft.cause,
          automatic: draft.automatic,
          prompt,
          message,
          answers: draft.answers.map(({ sequence }) => sequence),
          execution_mode: grant.execution_mode,
          session: draft.session.locator,
          resumes_session: draft.session.kind === 'resume',
          session_storage: draft.session.locator?.kind === 'file' ? draft.session.locator.value : null,
          environment_changed: draft.environmentChanged.slice(0, 30),
          workspace_path: draft.workspaceBefore === null ? null : files.workspace,
          host: machine.host(),
          boot_id: machine.bootId(),
          pid_namespace: machine.pidNamespace(),
          monotonic_ms: machine.monotonicMs(),
        },
      };
    });
  } catch (error) {
    undo();
    throw error;
  }
  const task2 = started ?? task;
  const attempt = task2.attempts[number];
  if (attempt === undefined || attempt.attempt_nonce !== nonce) return task2;
  launchAttempt(dispatcher, task2, attempt, grant);
  recordWorkspaceBefore(journal.taskDir, files.workspace, draft.workspaceBefore);
  handOverAnswers(task2, attempt.answers, `attempt:${number}`);
  return task2;
}

function startMessage(number: number, draft: AttemptDraft): string {
  const how = draft.session.kind === 'resume' ? ', resuming the native session' : '';
  return `attempt ${number} started (${draft.cause}${draft.automatic ? ', by itself' : ''})${how}`;
}

export function attemptAlive(task: Task): RefusedError {
  return new RefusedError(
    'attempt_alive',
    `task ${task.id} has an attempt that has not ended (${task.status}, ${task.reason})`,
    `wait for it (dispatch wait ${task.id}), answer it (dispatch answer ${task.id} --message …), or cancel it (dispatch cancel ${task.id})`,
  );
}

function writeMessage(taskDir: string, path: string, message: string): void {
  mkdirSync(join(taskDir, 'messages'), { recursive: true, mode: 0o700 });
  createFile(join(taskDir, path), message, 'durable');
  fsyncFolder(join(taskDir, 'messages'));
}

/** What the workspace was like is worth less than the attempt: a failure here stops nothing. */
function recordWorkspaceBefore(taskDir: string, path: string, before: WorkspaceState | null): void {
  if (before === null) return;
  const file = join(taskDir, path);
  try {
    rmSync(file, { force: true });
    createFile(file, `${JSON.stringify({ before, after: null }, null, 2)}\n`, 'cached');
  } catch {
    // Shown as unknown by `result`.
  }
}
