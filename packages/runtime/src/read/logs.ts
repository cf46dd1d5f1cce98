import { lastHeardAttempt, NotFoundError, UsageError, type Attempt, type Task } from '@dispatch/core';
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

/**
 * Where in the transcript of which attempt a position stands; `0` is before the first step of any. Throws UsageError
 * `position_unknown`.
 */
export function transcriptPlace(after: string): { attempt: number | null; position: number } {
  if (after === '0') return { attempt: null, position: -1 };
  const [, attempt, position] = /^(\d{1,9}):(\d{1,15})$/.exec(after) ?? [];
  if (attempt !== undefined) return { attempt: Number(attempt), position: Number(position) };
  throw new UsageError(
    'position_unknown',
    `${JSON.stringify(after)} is no position in a transcript`,
    'take the position that `dispatch --json logs` printed, or leave --after out',
  );
}

/**
 * Of a transcript what comes behind a position: at most the first `limit` steps of it, or where no position is given the
 * last; some more where a line of the log holds several, which have one position.
 */
export function partOfTranscript(
  transcript: Iterable<PlacedEvent>,
  { after, limit }: { after: string | null; limit: number | null },
): Iterable<PlacedEvent> {
  const from = after === null ? -1 : transcriptPlace(after).position;
  if (limit === null) return laterThan(transcript, from);
  return after === null ? lastOf(transcript, limit) : firstOf(laterThan(transcript, from), limit);
}

function* laterThan(transcript: Iterable<PlacedEvent>, from: number): Generator<PlacedEvent> {
  for (const event of transcript) if (event.position > from) yield event;
}

function* firstOf(transcript: Iterable<PlacedEvent>, limit: number): Generator<PlacedEvent> {
  let count = 0;
  let last: string | null = null;
  for (const event of transcript) {
    if (count >= limit && event.at !== last) return;
    yield event;
    count += 1;
    last = event.at;
  }
}

function lastOf(transcript: Iterable<PlacedEvent>, limit: number): PlacedEvent[] {
  const kept: PlacedEvent[] = [];
  for (const event of transcript) {
    kept.push(event);
    // Twice as many, so that few steps are moved; a line is not cut in two.
    if (kept.length > 2 * limit) kept.splice(0, cutOf(kept, limit));
  }
  return kept.slice(cutOf(kept, limit));
}

/** How many of the first are left out for `limit` to stay. */
function cutOf(kept: readonly PlacedEvent[], limit: number): number {
  let cut = Math.max(0, kept.length - limit);
  while (cut > 0 && cut < kept.length && kept[cut - 1]?.at === kept[cut]?.at) cut -= 1;
  return cut;
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
