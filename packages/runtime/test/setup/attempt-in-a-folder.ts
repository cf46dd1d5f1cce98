import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Claim, ExitFile, RootRef } from '@dispatch/core';
import { attemptEnvironment } from '../../src/environment/index.ts';
import {
  closeAttemptFiles,
  openAttemptFiles,
  startLauncher,
  type LaunchRequest,
} from '../../src/launch/index.ts';
import { findMarked, lookAtProcesses, signalProcess, thisMachine } from '../../src/processes/index.ts';
import { until } from './until.ts';

export const TASK_ID = 'testtask1';
export const NONCE = 'nonceabc2345';

/** A task folder as core makes it, and a workspace beside it; one attempt, number 0. */
export class AttemptInAFolder {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'dispatch-test-')));
  readonly taskDir = join(this.root, 'tasks', TASK_ID);
  readonly outputs = join(this.taskDir, 'outputs');
  readonly mailbox = join(this.taskDir, 'mailbox');
  readonly workspace = join(this.root, 'work');
  readonly stdout = join(this.outputs, 'attempt-000.stdout.log');
  readonly stderr = join(this.outputs, 'attempt-000.stderr.log');
  readonly claimPath = join(this.outputs, 'attempt-000.process.json');
  readonly exitPath = join(this.outputs, 'attempt-000.exit.json');
  readonly prompt = join(this.outputs, `attempt-000.${NONCE}.prompt.md`);

  constructor() {
    for (const folder of [this.outputs, this.mailbox, this.workspace])
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(this.prompt, 'the prompt\n', { mode: 0o600 });
  }

  get ref(): RootRef {
    const { dev, ino } = statSync(this.root, { bigint: true });
    return { path: this.root, dev: String(dev), ino: String(ino) };
  }

  /** What `startLauncher` is given, but for the descriptors. */
  request(
    command: readonly [string, ...string[]],
    change: Partial<LaunchRequest> = {},
  ): Omit<LaunchRequest, 'files'> {
    return {
      outputsDir: this.outputs,
      attempt: 0,
      attemptNonce: NONCE,
      workspace: this.workspace,
      command,
      environment: attemptEnvironment(
        { PATH: process.env['PATH'] ?? '', HOME: this.root },
        { taskId: TASK_ID, attempt: 0, rootPath: this.root, taskDir: this.taskDir, extra: {} },
      ),
      root: this.ref,
      takesDoneAway: true,
      machine: thisMachine(),
      ...change,
    };
  }

  launch(command: readonly [string, ...string[]], change: Partial<LaunchRequest> = {}): number {
    const files = openAttemptFiles({ prompt: this.prompt, stdout: this.stdout, stderr: this.stderr });
    try {
      return startLauncher({ ...this.request(command, change), files });
    } finally {
      closeAttemptFiles(files);
    }
  }

  launchSh(script: string, change: Partial<LaunchRequest> = {}): number {
    return this.launch(['/bin/sh', '-c', script], change);
  }

  async claim(): Promise<Claim> {
    await until('the claim', () => existsSync(this.claimPath));
    return JSON.parse(readFileSync(this.claimPath, 'utf8')) as Claim;
  }

  async exit(): Promise<ExitFile> {
    await until('the exit record', () => existsSync(this.exitPath));
    return JSON.parse(readFileSync(this.exitPath, 'utf8')) as ExitFile;
  }

  /** Until a log holds `text`. */
  async said(text: string, log = this.stdout): Promise<string> {
    return until(`${JSON.stringify(text)} in the log`, () => {
      const content = existsSync(log) ? readFileSync(log, 'utf8') : '';
      return content.includes(text) ? content : null;
    });
  }

  /** Ends everything that carries this attempt's mark, and removes the folder. */
  async remove(): Promise<void> {
    await until('everything of the test to end', () => {
      const search = { taskId: TASK_ID, rootPath: this.root, uid: thisMachine().uid, recorded: [] };
      const left = findMarked(lookAtProcesses(), search);
      for (const found of left) signalProcess(found, 'SIGKILL');
      return left.length === 0;
    });
    rmSync(this.root, { recursive: true, force: true });
  }
}
