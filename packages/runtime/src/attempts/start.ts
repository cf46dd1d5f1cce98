import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  bodyRef,
  createFile,
  dropOrphanGrants,
  fsyncFolder,
  InternalError,
  livingAttempt,
  progressPath,
  RefusedError,
  removeGrant,
  requireFolder,
  setActiveMarker,
  StoreError,
  unlinkQuietly,
  writeGrant,
  type AttemptCause,
  type BodyRef,
  type EventDraft,
  type Grant,
  type Journal,
  type Question,
  type Task,
  type TaskTarget,
} from '@dispatch/core';
import type { SessionPlan } from '@dispatch/backends';
import type { Dispatcher } from '../dispatcher.ts';
import { recordWorkspaceBefore } from '../workspace/record.ts';
import type { WorkspaceState } from '../workspace/state.ts';
import { claimLiveness } from '../observe/liveness.ts';
import { handOverAnswers } from '../mail/answers.ts';
import { modeOf } from './request.ts';
import { holdSession } from './hold.ts';
import { launchAttempt } from './launch.ts';
import { attemptFiles, type AttemptFiles } from './paths.ts';

/** One attempt to be. */
export interface AttemptDraft {
  /** The agent that takes the task over; null where it is the one that the task has. */
  target: TaskTarget | null;
  nonce: string;
  cause: AttemptCause;
  automatic: boolean;
  /** The grant, but for what only the start itself knows. */
  grant: Omit<Grant, 'attempt' | 'attempt_nonce' | 'prompt_sha256'>;
  prompt: string;
  message: string | null;
  /** Answers that the prompt hands over. */
  answers: readonly Question[];
  session: SessionPlan;
  environmentChanged: readonly string[];
  /** Null for a check, which is not asked what it changed. */
  workspaceBefore: WorkspaceState | null;
}

/** Where the message of an attempt is kept, relative to the task folder. */
export function messagePath(attempt: number, nonce: string): string {
  return `messages/${attempt}.${nonce}.md`;
}

/** An attempt with its number, as the journal will name it. */
export interface NumberedAttempt {
  number: number;
  files: AttemptFiles;
  grant: Grant;
  prompt: BodyRef;
  message: BodyRef | null;
}

export function numbered(
  outputsDir: string,
  number: number,
  draft: Pick<AttemptDraft, 'nonce' | 'grant' | 'prompt' | 'message'>,
): NumberedAttempt {
  const { nonce } = draft;
  const files = attemptFiles(outputsDir, number, nonce);
  const prompt = bodyRef(files.prompt, draft.prompt);
  return {
    number,
    files,
    prompt,
    message: draft.message === null ? null : bodyRef(messagePath(number, nonce), draft.message),
    grant: { ...draft.grant, attempt: number, attempt_nonce: nonce, prompt_sha256: prompt.sha256 },
  };
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
  const { started, attempt } = commitAttempt(dispatcher, journal, task, draft);
  launchStarted(dispatcher, journal, started, attempt, draft);
  return started;
}

/** The same without the launch. */
export function commitAttempt(
  dispatcher: Dispatcher,
  journal: Journal,
  task: Task,
  draft: AttemptDraft,
): { started: Task; attempt: NumberedAttempt } {
  requirePredecessorGone(dispatcher, task, draft);
  const attempt = numbered(task.artifacts.outputs_dir, task.attempts.length, draft);
  const undo = prepare(dispatcher, journal, task, draft, attempt);
  const started = commitStart(dispatcher, journal, draft, { ...attempt, undo });
  if (started.attempts[attempt.number]?.attempt_nonce !== draft.nonce) throw attemptAlive(started);
  return { started, attempt };
}

/** Launches the attempt that the journal has just come to hold, its prompt and grant being those of the draft. */
export function launchStarted(
  dispatcher: Dispatcher,
  journal: Journal,
  started: Task,
  { number, files, grant }: NumberedAttempt,
  { prompt, workspaceBefore }: Pick<AttemptDraft, 'prompt' | 'workspaceBefore'>,
): void {
  const attempt = started.attempts[number]!;
  try {
    launchAttempt(dispatcher, started, attempt, grant, Buffer.from(prompt));
  } finally {
    journal.checkpoint();
  }
  afterLaunch(dispatcher, journal, started, { files, workspaceBefore });
}

/** What may come after the agent has begun its own start. */
export function afterLaunch(
  dispatcher: Dispatcher,
  journal: Journal,
  started: Task,
  { files, workspaceBefore }: Pick<NumberedAttempt, 'files'> & Pick<AttemptDraft, 'workspaceBefore'>,
): void {
  const attempt = started.attempts.at(-1)!;
  dropOrphanGrants(dispatcher.home, started.id, attempt);
  recordWorkspaceBefore(join(journal.taskDir, files.workspace), workspaceBefore);
  handOverAnswers(started, attempt.answers, `attempt:${attempt.attempt}`);
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

/** Writes what the attempt needs on disk before its commit. Returns what takes it back. */
function prepare(
  dispatcher: Dispatcher,
  { taskDir }: Journal,
  task: Task,
  draft: AttemptDraft,
  { number, grant, prompt, message }: NumberedAttempt,
): () => void {
  const promptFile = join(taskDir, prompt.path);
  const undo = (): void => {
    unlinkQuietly(promptFile);
    if (message !== null) unlinkQuietly(join(taskDir, message.path));
    removeGrant(dispatcher.home, task.id, draft.nonce);
  };
  try {
    if (number > 0) setActiveMarker(dispatcher.store, { id: task.id, attempt: number });
    createFile(promptFile, draft.prompt, 'durable');
    fsyncFolder(dirname(promptFile));
    if (message !== null) writeMessage(taskDir, message.path, draft.message ?? '');
    writeGrant(dispatcher.home, grant);
    hold(dispatcher, grant, draft.session);
    if (number > 0 && grant.runs !== 'check') dropProgress(task.artifacts.mailbox_dir);
  } catch (error) {
    undo();
    throw error;
  }
  return undo;
}

/**
 * The word of the attempt before, which is journalled, would count as one of this attempt; so it is gone before that begins.
 * It is news only: what stands in its place, or cannot be removed, stops nothing.
 */
function dropProgress(mailboxDir: string): void {
  try {
    requireFolder(mailboxDir);
    unlinkQuietly(progressPath(mailboxDir));
  } catch {
    // Damage, which is found where the mailbox is read.
  }
}

/** Throws RefusedError `session_taken`. */
export function hold(dispatcher: Dispatcher, grant: Grant, { locator }: SessionPlan): void {
  if (locator === null) return;
  holdSession(dispatcher, grant.backend_type, locator, {
    task_id: grant.task_id,
    attempt: grant.attempt,
    attempt_nonce: grant.attempt_nonce,
    root: dispatcher.store.root,
  });
}

function commitStart(
  dispatcher: Dispatcher,
  journal: Journal,
  draft: AttemptDraft,
  prepared: NumberedAttempt & { undo: () => void },
): Task {
  const event = startEvent(dispatcher, draft, prepared);
  try {
    const started = journal.commitFirst((now) => {
      if (now.attempts.length !== prepared.number || livingAttempt(now) !== null) throw attemptAlive(now);
      return event;
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

const kindOf = { agent: 'one_shot', check: 'check', interactive: 'interactive' } as const;

export function startEvent(
  { machine }: Dispatcher,
  draft: Omit<AttemptDraft, 'workspaceBefore'>,
  { number, files, grant, prompt, message }: NumberedAttempt,
): EventDraft<'attempt_started'> {
  const { locator } = draft.session;
  const resumes = draft.session.kind === 'resume';
  const byItself = draft.automatic ? ', by itself' : '';
  return {
    kind: 'attempt_started',
    message: `attempt ${number} started (${draft.cause}${byItself})${resumes ? ', resuming the native session' : ''}`,
    data: {
      attempt: number,
      attempt_nonce: draft.nonce,
      kind: kindOf[grant.runs],
      cause: draft.cause,
      automatic: draft.automatic,
      task_mode: grant.task_mode,
      prompt,
      message,
      answers: draft.answers.map(({ sequence }) => sequence),
      execution_mode: modeOf(grant),
      session: locator,
      resumes_session: resumes,
      agent_version: grant.agent_version,
      session_storage: locator?.kind === 'file' ? locator.value : null,
      target: draft.target,
      environment_changed: draft.environmentChanged.slice(0, 30),
      workspace_path: grant.runs === 'check' ? null : files.workspace,
      host: machine.host(),
      boot_id: machine.bootId(),
      pid_namespace: machine.pidNamespace(),
      monotonic_ms: machine.monotonicMs(),
    },
  };
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
