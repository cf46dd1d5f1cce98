import type { JournalEvent, UnknownEvent } from '@dispatch/core';
import type { Page } from '../output/output.ts';
import { harmlessLine } from './harmless.ts';
import { relativeTime } from './time.ts';
import { fit, padTo } from './width.ts';

export type AnyEvent = JournalEvent | UnknownEvent;

/** One event of a journal as one line. */
export function eventLine(event: AnyEvent, { style, now, width }: Page): string {
  const when = padTo(relativeTime(event.timestamp, now), 10);
  const start = `${String(event.sequence).padStart(4)}  ${when}  ${padTo(harmlessLine(event.kind), 19)}  `;
  const message = fit(harmlessLine(event.message), Math.max(20, width - start.length));
  return style.dim(start) + message;
}

/** Ends a list of events: what `events --after` goes on from. */
export function positionLines(position: string | null, { style }: Page): string[] {
  return position === null ? [] : [style.dim(`position ${position}`)];
}

/** As JSON: with the position after which `events --after` goes on. */
export function placedEvent(event: AnyEvent): AnyEvent & { position: string } {
  return { ...event, position: `${event.sequence}:${event.nonce}` };
}
