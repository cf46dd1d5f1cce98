import { execFile } from 'node:child_process';
import { readEnvelope } from './envelope.ts';
import { Refusal } from './refusal.ts';
import type { Resolved } from './resolve.ts';

export interface Answer {
  data: unknown;
}

/** What dispatch itself refused. */
export class DispatchFailure extends Refusal {
  readonly code: string;
  readonly exitStatus: number;

  constructor(
    { code, message, hint }: { code: string; message: string; hint: string | null },
    exitStatus: number,
  ) {
    super(message, hint);
    this.code = code;
    this.exitStatus = exitStatus;
  }
}

export interface CallOptions {
  cwd: string;
  input?: string | null;
  /** In milliseconds; default two minutes, 0 for none. */
  timeoutMs?: number;
  /** Ends the command, never the task. */
  signal?: AbortSignal;
}

const mostBytes = 64 * 1024 * 1024;

/**
 * One command with `--json`, beside pi's own work. Throws DispatchFailure where it refused, Refusal where it did not
 * answer as dispatch does. A task that failed is an answer.
 */
export function callDispatch(
  resolved: Resolved,
  argv: readonly string[],
  options: CallOptions,
): Promise<Answer> {
  const { cwd, input = null, timeoutMs = 120_000, signal } = options;
  return new Promise((fulfil, reject) => {
    const child = execFile(
      resolved.command,
      [...resolved.before, '--json', ...argv],
      { cwd, timeout: timeoutMs, maxBuffer: mostBytes, ...(signal === undefined ? {} : { signal }) },
      (error, stdout, stderr) => {
        const envelope = readEnvelope(stdout);
        if (envelope?.ok === true) fulfil({ data: envelope.data });
        else if (envelope?.ok === false) reject(new DispatchFailure(envelope.error, statusOf(error)));
        else reject(noAnswer(resolved, argv, { error, stderr, timeoutMs }));
      },
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input ?? '');
  });
}

function statusOf(error: { code?: unknown } | null): number {
  return typeof error?.code === 'number' ? error.code : 1;
}

function noAnswer(
  { path }: Resolved,
  argv: readonly string[],
  {
    error,
    stderr,
    timeoutMs,
  }: { error: (Error & { killed?: boolean }) | null; stderr: string; timeoutMs: number },
): Refusal {
  const [command = ''] = argv;
  if (error?.name === 'AbortError') return new Refusal(`dispatch ${command} was ended with the session`);
  if (error?.killed === true && timeoutMs > 0)
    return new Refusal(`dispatch ${command} gave no answer within ${timeoutMs / 1000} s`, `It is ${path}.`);
  const last = stderr.trim().split('\n').at(-1) ?? '';
  const why = last === '' ? (error?.message.split('\n')[0] ?? 'it printed something else') : last;
  return new Refusal(
    `${path} does not answer as dispatch does: ${why.slice(0, 300)}`,
    'See /dispatch which.',
  );
}
