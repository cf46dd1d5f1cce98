import type { AnyEvent, EventKind, JournalEvent } from '@dispatch/core';
import { placedEvent } from '../print/event.ts';

/** An event of a journal with its position: what `after` goes on from. */
export type TaskEvent = AnyEvent & {
  /** `sequence:nonce`. */
  position: string;
};

/** An event of a kind that this version knows. */
export type EventOf<K extends EventKind> = Extract<JournalEvent, { kind: K }>;

export function placed(event: AnyEvent): TaskEvent {
  return placedEvent(event);
}

/**
 * Whether an event is of that kind, so that its `data` is typed: a newer version may have written kinds that this one
 * does not know, which the `kind` alone does not tell the compiler.
 *
 * @category Following
 *
 * @example
 * ```ts
 * import { here, isEventOf, readEvents } from '@dispatch/cli';
 *
 * const { events } = await readEvents(here(), '@last');
 * for (const event of events) if (isEventOf(event, 'question_asked')) console.log(event.data.question);
 * ```
 */
export function isEventOf<K extends EventKind>(event: AnyEvent, kind: K): event is EventOf<K> {
  return event.kind === kind;
}
