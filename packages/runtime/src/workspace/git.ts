import { elapsedMs } from '@dispatch/core';
import { childProcess } from '../processes/child-process.ts';

export interface GitResult {
  /** Null if it was killed. */
  code: number | null;
  stdout: string;
  stderr: string;
  /** Stopped by us because it wrote more than `maxBytes`; `stdout` is the beginning. */
  cut: boolean;
}

export interface GitCall {
  cwd: string;
  args: readonly string[];
  deadline: number;
  maxBytes?: number;
  /** Settings that win over every file; an exact key may hold any character (git 2.31 and later). */
  settings?: Readonly<Record<string, string>>;
}

/** No git on this machine, or it did not answer in time. */
export class GitUnavailable extends Error {}

/** A repository's configuration can name programs; those that a reading command would start are named away. */
const SAFE = [
  '--no-pager',
  '--no-optional-locks',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.untrackedCache=false',
  '-c',
  'diff.external=',
  '-c',
  'submodule.recurse=false',
];

const MAX_BYTES = 4 * 1024 * 1024;
const MAX_ERROR = 2_000;

/** Runs git in a way in which the repository can start no program of its own. Rejects with GitUnavailable. */
export function git({
  cwd,
  args,
  deadline,
  maxBytes = MAX_BYTES,
  settings = {},
}: GitCall): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const left = deadline - elapsedMs();
    if (left <= 0) return reject(new GitUnavailable('git did not answer in time'));
    const child = childProcess().spawn('git', [...SAFE, ...args], {
      cwd,
      env: gitEnvironment(settings),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    let stderr = '';
    let cut = false;
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      // In an uninterruptible read (a dead network mount) even that does not end it.
      child.unref();
      child.stdout.destroy();
      child.stderr.destroy();
      reject(new GitUnavailable('git did not answer in time'));
    }, left);
    child.stdout.on('data', (chunk: Buffer) => {
      if (cut) return;
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes <= maxBytes) return;
      cut = true;
      child.kill('SIGKILL');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < MAX_ERROR) stderr += chunk.toString('utf8');
    });
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(
        new GitUnavailable(
          `git could not be started (${(error as NodeJS.ErrnoException).code ?? error.message})`,
        ),
      );
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stdout: Buffer.concat(chunks).toString('utf8'), stderr: stderr.trim(), cut });
    });
  });
}

/** Inside a hook git's own variables name another repository than the one of the working directory. */
function gitEnvironment(settings: Readonly<Record<string, string>>): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && (!name.startsWith('GIT_') || KEPT.has(name))) env[name] = value;
  }
  const pairs = Object.entries(settings);
  pairs.forEach(([key, value], index) => {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  return {
    ...env,
    GIT_CONFIG_COUNT: String(pairs.length),
    GIT_OPTIONAL_LOCKS: '0',
    // An object missing from a partial clone would be fetched, by a program that the configuration names.
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_TERMINAL_PROMPT: '0',
    GIT_PAGER: 'cat',
    LC_ALL: 'C',
  };
}

const KEPT = new Set(['GIT_CEILING_DIRECTORIES', 'GIT_DISCOVERY_ACROSS_FILESYSTEM', 'GIT_EXEC_PATH']);
