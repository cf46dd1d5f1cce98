import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  isGrantClaimed,
  linkWhole,
  readGrant,
  readRegular,
  RefusedError,
  requireFolder,
  sha256,
  type Attempt,
  type Grant,
  type Task,
} from '@dispatch/core';
import type { SessionPlan } from '@dispatch/backends';
import { attemptEnvironment } from '../environment/index.ts';
import { closeAttemptFiles, openAttemptFiles, startLauncher, withPrivateCopy } from '../launch/index.ts';
import type { Dispatcher } from '../dispatcher.ts';
import { attemptFiles } from './paths.ts';
import { agentRequest, argumentOf, backendOf } from './request.ts';
import { sourceIsGone } from './session-plan.ts';

/** Why an attempt that the journal holds is not launched from here. */
export class GrantMismatch extends RefusedError {
  constructor(task: Task, why: string) {
    super(
      'grant_mismatch',
      `attempt ${task.attempts.length - 1} of task ${task.id} is not launched: ${why}`,
      `look at the task, then run \`dispatch resume ${task.id}\` yourself`,
    );
  }
}

/** The grant of exactly this attempt, for exactly this root, prompt and workspace. Throws GrantMismatch. */
export function requireGrant(dispatcher: Dispatcher, task: Task, attempt: Attempt): Grant {
  const reading = readGrant(dispatcher.home, task.id, attempt.attempt_nonce);
  if (reading.kind === 'missing') throw new GrantMismatch(task, 'nobody granted it');
  if (reading.kind === 'unreadable')
    throw new GrantMismatch(task, 'its grant is of another version or cannot be read');
  const { grant } = reading;
  if (grant.attempt !== attempt.attempt) throw new GrantMismatch(task, 'its grant is for another attempt');
  if (grant.root.path !== dispatcher.store.root || grant.root.ino !== dispatcher.store.ref.ino)
    throw new GrantMismatch(task, 'its grant is for another root');
  if (isGrantClaimed(dispatcher.home, task.id, attempt.attempt_nonce))
    throw new GrantMismatch(task, 'it was claimed before, whatever its folder says now');
  if (grant.prompt_sha256 !== attempt.prompt.sha256)
    throw new GrantMismatch(task, 'its prompt is another than the one that was granted');
  return grant;
}

/**
 * Starts the launcher of an attempt that the journal holds and that nobody has claimed. Launching twice is harmless:
 * the second launcher finds the claim and leaves. `granted` is the prompt where the grant was written for it just now;
 * otherwise it is read from its file and held against the grant. Throws GrantMismatch, PlantedLink, or what the file system says.
 */
export function launchAttempt(
  dispatcher: Dispatcher,
  task: Task,
  attempt: Attempt,
  grant: Grant,
  granted: Buffer | null = null,
): void {
  if (grant.runs === 'interactive') throw new GrantMismatch(task, 'it is for a terminal that nobody is at');
  const { taskDir } = dispatcher.store.journal(task.id);
  const outputs = task.artifacts.outputs_dir;
  requireFolder(outputs);
  requireFolder(task.artifacts.mailbox_dir);
  const files = attemptFiles(outputs, attempt.attempt, attempt.attempt_nonce);
  const promptFile = join(taskDir, files.prompt);
  const prompt = granted ?? readRegular(promptFile);
  if (prompt === null || (granted === null && sha256(prompt) !== grant.prompt_sha256))
    throw new GrantMismatch(task, `its prompt ${promptFile} is missing or was changed`);
  const program =
    grant.runs === 'check'
      ? checkProgram(prompt)
      : agentProgram(dispatcher, task, attempt, { grant, taskDir, promptFile, prompt });
  const opened = withPrivateCopy(dispatcher.home, program.stdin, (path) =>
    openAttemptFiles({
      prompt: path,
      stdout: files.stdout,
      stderr: grant.runs === 'check' ? files.stdout : files.stderr,
    }),
  );
  try {
    startLauncher({
      outputsDir: outputs,
      attempt: attempt.attempt,
      attemptNonce: attempt.attempt_nonce,
      workspace: grant.workspace,
      command: program.command,
      takesDoneAway: grant.runs === 'agent',
      environment: environmentOf(dispatcher, task, grant, program.environment),
      files: opened,
      root: dispatcher.store.ref,
      machine: dispatcher.machine,
    });
  } finally {
    closeAttemptFiles(opened);
  }
}

/** Everything that an attempt is started with, and what its backend needs besides. */
export function environmentOf(
  { store }: Dispatcher,
  { id }: Task,
  { attempt, environment }: Grant,
  extra: Readonly<Record<string, string>>,
): Record<string, string> {
  const marks = { taskId: id, attempt, rootPath: store.root, taskDir: store.taskDir(id) };
  return attemptEnvironment(environment, { ...marks, extra });
}

/** What a launcher runs, and what that reads and finds around it. */
interface Program {
  command: [string, ...string[]];
  environment: Record<string, string>;
  stdin: Uint8Array;
}

function checkProgram(command: Buffer): Program {
  return {
    command: ['/bin/sh', '-c', command.toString('utf8')],
    environment: {},
    stdin: new Uint8Array(),
  };
}

function agentProgram(
  { machine, program: ask }: Dispatcher,
  task: Task,
  attempt: Attempt,
  given: { grant: Grant; taskDir: string; promptFile: string; prompt: Buffer },
): Program {
  const { grant, prompt } = given;
  const backend = backendOf(grant);
  const session = sessionOf(task, attempt, grant);
  if (session.locator?.kind === 'file') prepareSessionFile(session, session.locator.value);
  const promptText = argumentOf(backend, prompt);
  const request = agentRequest(grant, { ...given, promptText, ask, uid: machine.uid }, session);
  return {
    command: [grant.executable, ...backend.argv(request)],
    environment: {
      ...backend.environment(request),
      DISPATCH_ASK_TIMEOUT: String(backend.ask_limit_seconds),
      DISPATCH_ASK_ATTEMPT: String(attempt.attempt),
    },
    // Whoever has it as an argument would read it a second time.
    stdin: promptText === null ? prompt : new Uint8Array(),
  };
}

function sessionOf(task: Task, attempt: Attempt, { begins_from: from }: Grant): SessionPlan {
  const locator = task.session?.locator ?? null;
  if (attempt.resumes_session && locator !== null) return { kind: 'resume', locator };
  return from?.how === 'fork' ? { kind: 'fork', from: from.session, locator } : { kind: 'new', locator };
}

/** A session that is a file is copied by its bytes: no agent lets anybody say where its own copy is to stand. */
function prepareSessionFile(session: SessionPlan, path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (session.kind !== 'fork') return;
  const history = readRegular(session.from.value);
  if (history === null) throw sourceIsGone(session.from.value);
  linkWhole(path, history, 'cached');
}
