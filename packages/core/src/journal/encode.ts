import type { EventDataOf, EventKind } from '../records/index.ts';
import { InternalError, StoreError } from '../errors.ts';
import { parseLine } from './lines.ts';

/** A line of the journal is less than this, so that one write(2) puts it there whole. */
export const maxLineBytes = 4096;

export interface EventDraft<K extends EventKind = EventKind> {
  kind: K;
  message: string;
  data: EventDataOf<K>;
}

/** Any draft whose kind and data agree. */
export type AnyDraft = { [K in EventKind]: EventDraft<K> }[EventKind];

/** Kinds that may change the status: their lines carry the lowest version of the fold that understands them. */
export const changesStatus: ReadonlySet<EventKind> = new Set([
  'created',
  'attempt_started',
  'attempt_claimed',
  'question_asked',
  'question_answered',
  'attempt_ended',
  'status_changed',
  'resume_requested',
  'pruned',
  'retrying_in_agent',
  'working_again',
]);

/** Kinds whose line is synced before the commit returns. */
export const mustLast: ReadonlySet<EventKind> = new Set([
  'created',
  'attempt_started',
  'session_recorded',
  'session_established',
  'session_given_up',
  'question_asked',
  'question_answered',
  'answer_taken',
  'stop_requested',
  'cancel_requested',
  'attempt_ended',
  'status_changed',
  'resume_requested',
  'repaired',
  'root_adopted',
  'pruned',
]);

/** The bytes of one line, newline included. Throws where it would not fit. */
export function encodeEvent(draft: AnyDraft, sequence: number, nonce: string, now: Date): Buffer {
  const line = Buffer.from(
    `${JSON.stringify({
      sequence,
      timestamp: now.toISOString(),
      kind: draft.kind,
      message: draft.message,
      nonce,
      ...(changesStatus.has(draft.kind) ? { fold_version: 1 } : {}),
      data: draft.data,
    })}\n`,
  );
  if (line.length >= maxLineBytes)
    throw new StoreError(
      'event_too_long',
      `an event of kind ${draft.kind} would take ${line.length} bytes; a line of the journal holds less than ${maxLineBytes}`,
      'shorten the paths or the title',
    );
  // A line that readers would not count could never win, and its writer would try for ever.
  const read = parseLine(line.subarray(0, -1));
  if (read.kind !== 'event' || !read.known)
    throw new InternalError(
      `the data of a ${draft.kind} event does not fit its schema: ${line.toString('utf8').trimEnd()}`,
    );
  return line;
}
