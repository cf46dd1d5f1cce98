import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  bodyRef,
  createFile,
  dropOrphanGrants,
  fsyncFolder,
  InternalError,
  livingAttempt,
  RefusedError,
  removeGrant,
  replaceFile,
  setActiveMarker,
  StoreError,
  unlinkQuietly,
  writeGrant,
  type AttemptCause,
  type BodyRef,
  type EventDataOf,
  type Grant,
  type Journal,
  type Question,
  type Task,
} from '@dispatch/core';
import type { SessionPlan } from '@dispatch/backends';
import type { Dispatcher } from '../dispatcher.ts';
import type { WorkspaceState } from '../workspace/index.ts';
import { claimLiveness } from '../observe/liveness.ts';
import { handOverAnswers } from '../mail/answers.ts';
import { holdSession } from './hold.ts';
import { launchAttempt } from './launch.ts';
import { attemptFiles, type AttemptFiles } from './paths.ts';

/** One attempt to be. */
export interface AttemptDraft {
  nonce: string;
  /** Whether the grant stands already: the first attempt's is written before the task is. */
  granted: boolean;
  cause: AttemptCause;
  automatic: boolean;
  /** The grant, but for what only the start itself knows. */
  grant: Omit<Grant, 'attempt' | 'attempt_nonce' | 'prompt_sha256'>;
  prompt: string;
  /** Whether its file stands already: the first attempt's is made with the task. */
  promptStands?: boolean;
  message: string | null;
  /** Answers that the prompt hands over. */
  answers: readonly Question[];
  session: SessionPlan;
  environmentChanged: readonly string[];
  workspaceBefore: WorkspaceState | null;
}

/** Where the message of an attempt is kept, relative to the task folder. */
export function messagePath(attempt: number, nonce: string): string {
  return `messages/${attempt}.${nonce}.md`;
}

/** What an attempt needs on disk before it is committed. */
interface Prepared {
  number: number;
  files: AttemptFiles;
  grant: Grant;
  prompt: BodyRef;
  message: BodyRef | null;
  undo(): void;
}

/**
 * Commits `attempt_started` and launches. Prompt and grant stand, synced, before the commit; who loses it removes what
 * it wrote. Throws RefusedError `attempt_alive`, `session_taken`, and what a launch may throw.
 */
export function startAttempt(
  dispatcher: Dispatcher,
  journal: Journal,
  task: Task,
  draft: AttemptDraft,
): Task {
  requirePredecessorGone(dispatcher, task, draft);
  const prepared = prepare(dispatcher, journal, task, draft);
  const started = commitStart(dispatcher, journal, draft, prepared);
  const attempt = started.attempts[prepared.number];
  if (attempt?.attempt_nonce !== draft.nonce) throw attemptAlive(started);
  try {
    launchAttempt(dispatcher, started, attempt, prepared.grant, Buffer.from(draft.prompt));
  } finally {
    journal.checkpoint();
  }
  dropOrphanGrants(dispatcher.home, task.id, attempt);
  recordWorkspaceBefore(journal.taskDir, prepared.files.workspace, draft.workspaceBefore);
  handOverAnswers(started, attempt.answers, `attempt:${attempt.attempt}`);
  return started;
}

/** A worker may have written the end of its own attempt; a task never has two that live. */
function requirePredecessorGone(dispatcher: Dispatcher, task: Task, { automatic }: AttemptDraft): void {
  const last = task.attempts.at(-1);
  if (last === undefined || last.phase !== 'ended') return;
  const liveness = claimLiveness(dispatcher, task, last, dispatcher.store.ref);
  if (liveness.state !== 'alive' || liveness.agent !== 'working') return;
  const message = `attempt ${last.attempt} of task ${task.id} is at work, though its journal says that it has ended: ${liveness.how}`;
  const hint = `cancel it: dispatch cancel ${task.id}`;
  if (automatic) throw new RefusedError('grant_mismatch', message, hint);
  throw new RefusedError('attempt_alive', message, hint);
}

function prepare(dispatcher: Dispatcher, journal: Journal, task: Task, draft: AttemptDraft): Prepared {
  const { nonce } = draft;
  const number = task.attempts.length;
  const { taskDir } = journal;
  const outputs = task.artifacts.outputs_dir;
  const files = attemptFiles(outputs, number, nonce);
  const prompt = bodyRef(files.prompt, draft.prompt);
  const message = draft.message === null ? null : bodyRef(messagePath(number, nonce), draft.message);
  const grant: Grant = {
    ...draft.grant,
    attempt: number,
    attempt_nonce: nonce,
    prompt_sha256: prompt.sha256,
  };
  const promptFile = join(taskDir, prompt.path);
  const undo = (): void => {
    // Under a grant that stood before, whoever else starts this attempt has the same prompt at the same path.
    if (!draft.granted) unlinkQuietly(promptFile);
    if (message !== null) unlinkQuietly(join(taskDir, message.path));
    if (!draft.granted) removeGrant(dispatcher.home, task.id, nonce);
  };
  try {
    if (number > 0) setActiveMarker(dispatcher.store, { id: task.id, attempt: number });
    if (draft.promptStands !== true) writePrompt(promptFile, draft);
    if (message !== null) writeMessage(taskDir, message.path, draft.message ?? '');
    if (!draft.granted) writeGrant(dispatcher.home, grant);
    hold(dispatcher, task, draft, number);
  } catch (error) {
    undo();
    throw error;
  }
  return { number, files, grant, prompt, message, undo };
}

/** Under a grant that stood before, whoever died before us may have written it. */
function writePrompt(path: string, { prompt, granted }: AttemptDraft): void {
  if (granted) return void replaceFile(path, prompt, 'durable');
  createFile(path, prompt, 'durable');
  fsyncFolder(dirname(path));
}

function hold(dispatcher: Dispatcher, task: Task, { session, nonce }: AttemptDraft, attempt: number): void {
  if (session.locator === null) return;
  holdSession(dispatcher, task.backend_type, session.locator, {
    task_id: task.id,
    attempt,
    attempt_nonce: nonce,
    root: dispatcher.store.root,
  });
}

function commitStart(
  dispatcher: Dispatcher,
  journal: Journal,
  draft: AttemptDraft,
  prepared: Prepared,
): Task {
  const data = startData(dispatcher, draft, prepared);
  try {
    const started = journal.commitFirst((now) => {
      if (now.attempts.length !== prepared.number || livingAttempt(now) !== null) throw attemptAlive(now);
      return { kind: 'attempt_started', message: startMessage(prepared.number, draft), data };
    });
    if (started !== null) return started;
  } catch (error) {
    // The event counts, so the attempt is to be launched; that the disk did not confirm it is the disk's matter.
    if (!(error instanceof StoreError && error.code === 'commit_not_durable')) {
      prepared.undo();
      throw error;
    }
  }
  const { task } = journal.refresh();
  if (task === null) throw new InternalError(`the journal below ${journal.taskDir} lost its task`);
  return task;
}

function startData(
  { machine }: Dispatcher,
  draft: AttemptDraft,
  { number, files, grant, prompt, message }: Prepared,
): EventDataOf<'attempt_started'> {
  const { locator } = draft.session;
  return {
    attempt: number,
    attempt_nonce: draft.nonce,
    cause: draft.cause,
    automatic: draft.automatic,
    prompt,
    message,
    answers: draft.answers.map(({ sequence }) => sequence),
    execution_mode: grant.execution_mode,
    session: locator,
    resumes_session: draft.session.kind === 'resume',
    agent_version: grant.agent_version,
    session_storage: locator?.kind === 'file' ? locator.value : null,
    environment_changed: draft.environmentChanged.slice(0, 30),
    workspace_path: draft.workspaceBefore === null ? null : files.workspace,
    host: machine.host(),
    boot_id: machine.bootId(),
    pid_namespace: machine.pidNamespace(),
    monotonic_ms: machine.monotonicMs(),
  };
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
