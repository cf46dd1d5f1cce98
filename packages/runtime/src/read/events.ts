import {
  isTerminal,
  livingAttempt,
  UsageError,
  type AnyEvent,
  type Journal,
  type JournalPosition,
} from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { FolderWait } from './until.ts';

export interface EventsRead {
  events: AnyEvent[];
  /** `sequence:nonce` of the last event, to ask for what comes after it. */
  position: string;
}

export function positionText({ sequence, nonce }: Pick<JournalPosition, 'sequence' | 'nonce'>): string {
  return sequence === 0 ? '0' : `${sequence}:${nonce}`;
}

/**
 * Every event, or those after a position; of these at most the first `limit`, or where no position is given the last.
 * Throws UsageError `position_unknown` where the journal has no such event.
 */
export function readEvents(
  dispatcher: Dispatcher,
  id: string,
  { after, limit = null }: { after: string | null; limit?: number | null },
): EventsRead {
  const journal = dispatcher.store.journal(id);
  const all = journal.eventsAfter();
  if (after === null)
    return { events: all.events.slice(limit === null ? 0 : -limit), position: positionText(all.position) };
  const later = all.events.slice(indexAfter(all.events, after, id));
  const events = later.slice(0, limit ?? later.length);
  const last = events.length < later.length ? events.at(-1) : undefined;
  return { events, position: positionText(last ?? all.position) };
}

function indexAfter(events: readonly AnyEvent[], after: string, id: string): number {
  if (after === '0') return 0;
  const [sequence = '', nonce] = after.split(':');
  const index = events.findIndex((event) => event.sequence === Number(sequence));
  const event = events[index];
  if (event === undefined || (nonce !== undefined && event.nonce !== nonce) || !/^\d+$/.test(sequence))
    throw new UsageError(
      'position_unknown',
      `task ${id} has no event at position ${after}`,
      'take the position that `dispatch --json events` or `inspect` printed, or leave --after out',
    );
  return index + 1;
}

/** The newest `limit` events, oldest first. */
export function recentEvents(journal: Journal, limit: number): EventsRead {
  const tail = journal.lastEvents(limit);
  return { events: tail.events, position: positionText(tail.position) };
}

/**
 * Events as they are committed, beginning after a position (or with the first). Ends when the task is terminal, or
 * `signal` is aborted.
 */
export async function* followEvents(
  dispatcher: Dispatcher,
  id: string,
  { after, signal }: { after: string | null; signal: AbortSignal },
): AsyncGenerator<AnyEvent> {
  const journal = dispatcher.store.journal(id);
  const wait = new FolderWait([journal.taskDir], 'events.jsonl');
  try {
    const first = journal.eventsAfter();
    yield* first.events.slice(after === null ? 0 : indexAfter(first.events, after, id));
    let { position } = first;
    for (;;) {
      const { task } = journal.refresh();
      const over = signal.aborted || (task !== null && isTerminal(task) && livingAttempt(task) === null);
      for (let came = false; !came;) {
        // What was seen to end it is still read.
        if (!over) await wait.next(undefined, signal);
        const next = journal.eventsAfter(position);
        ({ position } = next);
        yield* next.events;
        came = over || signal.aborted || next.events.length > 0;
      }
      if (over) return;
    }
  } finally {
    wait.close();
  }
}
