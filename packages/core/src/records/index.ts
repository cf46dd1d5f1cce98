/** Types only: reading commands import no schema library. They are printed from the schemas by `scripts/generate.mjs`. */
import type { EventDataByKind } from './types.generated.ts';

export type * from './types.generated.ts';

/** Kinds of events that this version knows. */
export type EventKind = keyof EventDataByKind;
/** `data` of an event of that kind. */
export type EventDataOf<K extends EventKind> = EventDataByKind[K];

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
