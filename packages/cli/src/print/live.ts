import type { Progress } from '@dispatch/runtime';
import type { Page } from '../output/output.ts';
import { harmlessLine } from './harmless.ts';
import { stateWords } from './state-words.ts';
import { stateStyle, type State } from './status.ts';
import { clockOf } from './time.ts';
import { usageWords } from './task.ts';
import { fit, widthOf } from './width.ts';

/** What is known of a task at this moment by whoever follows it. */
export interface Moment {
  state: State;
  /** Of the attempt that is followed, or is to come: RFC 3339. */
  started_at: string | null;
  /** Of the attempt that is followed. */
  progress: Progress | null;
  /** The worker's own word on how far it has come in that attempt. */
  said: string | null;
}

/** One line on the work as it stands: state, elapsed time, the open tool call, what was used; as much as fits. */
export function liveLine({ state, started_at, progress, said }: Moment, { style, width, now }: Page): string {
  const colour = stateStyle(state, style);
  const mark = state.status === 'awaiting_user' ? '?' : '●';
  const elapsed = started_at === null ? '' : clockOf((now - Date.parse(started_at)) / 1000);
  const first = [`${mark} ${stateWords(state)}`, elapsed].filter(Boolean).join(' ');
  const facts = [...saidWords(said), ...toolWords(progress, now), usageWords(progress?.usage ?? null)].filter(
    Boolean,
  );
  // The last column stays free: marks are wider in some terminals than in others.
  const room = width - 1;
  const shown = fit([first, ...facts].join(' · '), room);
  const head = fit(first, room);
  if (widthOf(head) < widthOf(first)) return colour(head);
  return colour(first) + style.dim(shown.slice(first.length));
}

function saidWords(said: string | null): string[] {
  return said === null ? [] : [fit(harmlessLine(said), 60)];
}

/** The oldest one that is open, and how many more are. */
function toolWords(progress: Progress | null, now: number): string[] {
  const [oldest, ...others] = progress?.open_tools ?? [];
  if (oldest === undefined) return [];
  const name = fit(harmlessLine(oldest.name), 40);
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return [`${name}${more} ${clockOf((now - oldest.since_ms) / 1000)}`];
}
