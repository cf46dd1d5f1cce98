import { lastHeardAttempt, NotFoundError, type Attempt, type Task } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { lookAfter } from './look-after.ts';
import { stderrOf } from './result.ts';
import { LogCursor, parserFor, placer, TranscriptReading, type PlacedEvent } from './transcript-reading.ts';
import { TaskReader } from './view.ts';

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

/** The same as it grows, until the attempt has ended; it can be left and gone on with. */
export function openTranscript(
  dispatcher: Dispatcher,
  id: string,
  { attempt: wanted }: { attempt: number | null },
): TranscriptReading {
  const { view: task, journal } = new TaskReader(dispatcher).read(id);
  return new TranscriptReading(journal, task, attemptOf(task, wanted), () => lookAfter(dispatcher));
}

/** Where the bytes are that an attempt wrote. */
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
