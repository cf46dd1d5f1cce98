import { accessSync, constants } from 'node:fs';
import { isAbsolute } from 'node:path';
import { attemptFileStem, EnvironmentError, InternalError, type Claim, type RootRef } from '@dispatch/core';
import type { MachineProbe } from '../processes/probe.ts';
import { requireRealPath, type AttemptFiles } from './files.ts';
import { foregroundScript, LAUNCHER_NAME, launcherScript } from './script.ts';
import { childProcess } from '../processes/child-process.ts';

/** What a launcher is told, but for the descriptors that become its agent's. */
export type LauncherOrder = Omit<LaunchRequest, 'files' | 'shell'>;

export interface LaunchRequest {
  /** `outputs/` of the task: absolute, and no part of it a link; `mailbox/` is beside it. */
  outputsDir: string;
  attempt: number;
  attemptNonce: string;
  /** The agent's working directory, absolute. */
  workspace: string;
  /** The agent's executable by absolute path, and its arguments. */
  command: readonly [string, ...string[]];
  /** The whole environment of the attempt, mark included. */
  environment: Readonly<Record<string, string>>;
  /** They stay the caller's to close. */
  files: AttemptFiles;
  /** Whether an old completion marker is moved away: not before a check, which decides whether it counts. */
  takesDoneAway: boolean;
  root: RootRef;
  machine: MachineProbe;
  /** The shell, where a test tries another than /bin/sh. */
  shell?: readonly [string, ...string[]];
}

/**
 * Starts the launcher of an attempt in a session of its own and returns its pid. It claims the attempt before it runs
 * anything, so starting a second one is harmless. Throws PlantedLink, EnvironmentError `launcher_failed`.
 */
export function startLauncher(request: LaunchRequest): number {
  const { outputsDir, environment, files, shell = ['/bin/sh'] } = request;
  const launcher = launcherCommand(request);
  const [program, ...options] = shell;
  const child = childProcess().spawn(program, [...options, ...launcher], {
    cwd: outputsDir,
    env: environment,
    detached: true,
    stdio: [files.prompt, files.stdout, files.stderr],
  });
  // Without a listener, the failure of a spawn would end the process later; what it means is said below.
  child.on('error', () => {});
  child.unref();
  if (child.pid === undefined) {
    throw new EnvironmentError('launcher_failed', `${program} could not be started in ${outputsDir}`);
  }
  return child.pid;
}

/**
 * Runs the launcher of an attempt in the foreground of this terminal, as a shell runs a job, and resolves when it has
 * ended: it leads a process group as any launcher does, and what it starts has keyboard and screen. Throws PlantedLink,
 * EnvironmentError `launcher_failed`.
 */
export async function runLauncherHere(order: LauncherOrder): Promise<void> {
  const launcher = launcherCommand(order);
  const ignored = (): void => undefined;
  // What is typed is meant for the agent; only before that has the terminal may it come here.
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) process.on(signal, ignored);
  try {
    await new Promise<void>((resolve, reject) => {
      const child = childProcess().spawn(
        '/bin/sh',
        ['-c', foregroundScript, 'dispatch-enter', '/bin/sh', ...launcher],
        { cwd: order.outputsDir, env: order.environment, stdio: 'inherit' },
      );
      child.on('exit', () => resolve());
      child.on('error', (cause) =>
        reject(
          new EnvironmentError(
            'launcher_failed',
            `/bin/sh could not be started in ${order.outputsDir}`,
            null,
            {
              cause,
            },
          ),
        ),
      );
    });
  } finally {
    for (const signal of ['SIGINT', 'SIGQUIT'] as const) process.off(signal, ignored);
  }
}

/** What a shell is given so that it is the launcher. */
function launcherCommand(order: LauncherOrder): string[] {
  requireSound(order);
  requireRealPath(order.outputsDir);
  return ['-c', launcherScript, LAUNCHER_NAME, ...launcherArguments(order)];
}

function requireSound({ attemptNonce, command, workspace }: LauncherOrder): void {
  if (!/^[\w-]+$/.test(attemptNonce))
    throw new InternalError(`the nonce ${attemptNonce} cannot be part of a file name`);
  if (!isAbsolute(command[0])) throw new InternalError(`the executable ${command[0]} is no absolute path`);
  if (!isAbsolute(workspace)) throw new InternalError(`the workspace ${workspace} is no absolute path`);
}

function launcherArguments({
  outputsDir,
  attempt,
  attemptNonce,
  workspace,
  command,
  takesDoneAway,
  root,
  machine,
}: LauncherOrder): string[] {
  const after: Omit<Claim, 'attempt_nonce' | 'pid' | 'start_time'> = {
    boot_id: machine.bootId(),
    host: machine.host(),
    pid_namespace: machine.pidNamespace(),
    root,
  };
  const before = `{"attempt_nonce":${JSON.stringify(attemptNonce)},"pid":`;
  const umask = process.umask().toString(8).padStart(4, '0');
  return [
    outputsDir,
    attemptFileStem(attempt),
    attemptNonce,
    before,
    `,${JSON.stringify(after).slice(1)}`,
    workspace,
    umask,
    linkProgram(),
    takesDoneAway ? 'move' : 'keep',
    ...command,
  ];
}

let known: 'link' | 'ln' | null = null;

/** link(1) is of coreutils, busybox and the BSDs; where it is missing, ln(1) after a look at the place. */
function linkProgram(): 'link' | 'ln' {
  return (known ??= ['/usr/bin/link', '/bin/link'].some(isExecutable) ? 'link' : 'ln');
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
