import { closeSync, constants, readSync } from 'node:fs';
import {
  isMissing,
  lastHeardAttempt,
  livingAttempt,
  NotFoundError,
  openRegular,
  type Attempt,
  type Task,
} from '@dispatch/core';
import { findBackend, type TranscriptEvent } from '@dispatch/backends';
import type { Dispatcher } from '../dispatcher.ts';
import { stderrOf } from './result.ts';
import { TaskReader } from './view.ts';
import { FolderWait } from './until.ts';

/** One step of a transcript with where it stands: `attempt:byte-offset`. */
export type PlacedEvent = TranscriptEvent & { at: string };

const chunkBytes = 1024 * 1024;

/** Reads a log from an offset on, as far as it goes now. */
class LogCursor {
  readonly #path: string;
  readonly #buffer = Buffer.allocUnsafe(chunkBytes);
  #offset = 0;

  constructor(path: string) {
    this.#path = path;
  }

  *chunks(): Generator<Buffer> {
    let fd: number;
    try {
      fd = openRegular(this.#path, constants.O_RDONLY);
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    try {
      for (;;) {
        const count = readSync(fd, this.#buffer, 0, chunkBytes, this.#offset);
        if (count === 0) return;
        this.#offset += count;
        yield this.#buffer.subarray(0, count);
      }
    } finally {
      closeSync(fd);
    }
  }
}

/** The attempt that was asked for, or the last in which the agent was listened to. Throws NotFoundError `attempt_not_found`. */
export function attemptOf(task: Task, wanted: number | null): Attempt {
  const found = wanted === null ? lastHeardAttempt(task) : task.attempts[wanted];
  if (found) return found;
  throw new NotFoundError(
    'attempt_not_found',
    wanted === null ? `task ${task.id} has no attempt yet` : `task ${task.id} has no attempt ${wanted}`,
    task.attempts.length === 0 ? null : `its attempts are 0 to ${task.attempts.length - 1}`,
  );
}

/** What the agent said in an attempt: a pure function of backend and log, the same now and a year later. */
export function* readTranscript(
  dispatcher: Dispatcher,
  id: string,
  { attempt: wanted }: { attempt: number | null },
): Generator<PlacedEvent> {
  const { view: task } = new TaskReader(dispatcher).read(id);
  const attempt = attemptOf(task, wanted);
  const parser = parserFor(attempt);
  const place = placer(attempt);
  for (const chunk of new LogCursor(attempt.stdout_path).chunks()) yield* parser.push(chunk).map(place);
  if (attempt.phase === 'ended') yield* parser.end().map(place);
}

/** As `readTranscript`, going on as the log grows until the attempt has ended or `signal` is aborted. */
export async function* followTranscript(
  dispatcher: Dispatcher,
  id: string,
  { attempt: wanted, signal }: { attempt: number | null; signal: AbortSignal },
): AsyncGenerator<PlacedEvent> {
  const first = new TaskReader(dispatcher).read(id);
  const attempt = attemptOf(first.view, wanted);
  const parser = parserFor(attempt);
  const place = placer(attempt);
  const cursor = new LogCursor(attempt.stdout_path);
  const wait = new FolderWait([first.view.artifacts.outputs_dir, first.journal.taskDir]);
  try {
    for (;;) {
      const { task } = first.journal.refresh();
      const living = task === null ? null : livingAttempt(task);
      const ended = living === null || living.attempt !== attempt.attempt;
      for (const chunk of cursor.chunks()) yield* parser.push(chunk).map(place);
      if (ended) {
        yield* parser.end().map(place);
        return;
      }
      if (signal.aborted) return;
      await wait.next(undefined, signal);
    }
  } finally {
    wait.close();
  }
}

export interface RawLog {
  attempt: number;
  /** Of what is done in a terminal nothing is written here. */
  kind: Attempt['kind'];
  stdout_path: string;
  stderr_path: string;
  /** The end of stderr, where the attempt has ended without success and there is any. */
  stderr: string | null;
}

/** Where the raw bytes of an attempt are. */
export function rawLog(
  dispatcher: Dispatcher,
  id: string,
  { attempt: wanted }: { attempt: number | null },
): RawLog {
  const { view: task } = new TaskReader(dispatcher).read(id);
  const found = attemptOf(task, wanted);
  const { attempt, kind, stdout_path, stderr_path } = found;
  return { attempt, kind, stdout_path, stderr_path, stderr: stderrOf(found).stderr };
}

/** What a check prints is shown as it is. */
function parserFor({ kind, backend_type: type }: Attempt) {
  const backend = (kind === 'check' ? null : findBackend(type)) ?? findBackend('generic');
  if (backend === null) throw new TypeError('there is always a generic backend');
  return backend.createParser({ interest: 'everything', position: 0 });
}

function placer(attempt: Attempt): (event: TranscriptEvent) => PlacedEvent {
  return (event) => ({ ...event, at: `${attempt.attempt}:${event.position}` });
}
