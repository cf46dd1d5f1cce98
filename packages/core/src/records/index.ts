/** Types only: reading commands import no schema library. The schemas are for `scripts/generate.mjs` and tests. */
import type { Static } from '@sinclair/typebox';
import type * as files from './files.ts';
import type * as task from './task.ts';
import type * as words from './vocabulary.ts';
import type { EventDataOf, EventKind } from './events.ts';

export type { EventDataOf, EventKind };
export type TaskStatus = Static<typeof words.TaskStatus>;
export type TaskReason = Static<typeof words.TaskReason>;
export type TaskMode = Static<typeof words.TaskMode>;
export type TaskSource = Static<typeof words.TaskSource>;
export type ExecutionMode = Static<typeof words.ExecutionMode>;
export type FailureClass = Static<typeof words.FailureClass>;
export type OnInterrupt = Static<typeof words.OnInterrupt>;
export type LeftoversPolicy = Static<typeof words.LeftoversPolicy>;
export type WorkerTools = Static<typeof words.WorkerTools>;
export type AttemptCause = Static<typeof words.AttemptCause>;
export type Continuation = Static<typeof words.Continuation>;
export type AttemptOutcome = Static<typeof words.AttemptOutcome>;
export type StopReason = Static<typeof words.StopReason>;
export type BodyRef = Static<typeof words.BodyRef>;
export type TaskTarget = Static<typeof words.Target>;
export type RootRef = Static<typeof words.RootRef>;
export type ProcessIdentity = Static<typeof words.ProcessIdentity>;
export type SessionLocator = Static<typeof words.SessionLocator>;
export type BeginsFrom = Static<typeof words.BeginsFrom>;
export type Usage = Static<typeof words.Usage>;
export type Settings = Static<typeof words.Settings>;
export type Leftover = Static<typeof task.Leftover>;
export type Claim = Static<typeof task.Claim>;
export type Session = Static<typeof task.Session>;
export type Attempt = Static<typeof task.Attempt>;
export type Question = Static<typeof task.Question>;
export type Artifacts = Static<typeof task.Artifacts>;
export type Task = Static<typeof task.Task>;
export type Snapshot = Static<typeof task.Snapshot>;
export type FormatFile = Static<typeof files.FormatFile>;
export type KeyFile = Static<typeof files.KeyFile>;
export type ExitFile = Static<typeof files.ExitFile>;
export type DoneFile = Static<typeof files.DoneFile>;
export type Grant = Static<typeof files.Grant>;

/** One line of a journal. `data` of a kind that this version knows has been checked against its schema. */
export type JournalEvent = {
  [K in EventKind]: {
    sequence: number;
    timestamp: string;
    kind: K;
    message: string;
    nonce: string;
    fold_version?: number;
    data: EventDataOf<K>;
  };
}[EventKind];

/** A line of a kind that a newer version wrote: kept, shown, not folded. */
export interface UnknownEvent {
  sequence: number;
  timestamp: string;
  kind: string;
  message: string;
  nonce: string;
  /** Of a kind that changes the status: the oldest version of the fold that understands it. */
  fold_version?: number;
  data: Record<string, unknown>;
}
