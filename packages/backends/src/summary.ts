import type { Usage } from '@dispatch/core';
import type { TranscriptEvent, TurnSummary } from './backend.ts';

/** Of a longer last message the first part is kept, in bytes of UTF-8. */
export const maxLastMessageBytes = 64 * 1024;

/** What is known before the first event. */
export function emptySummary(): TurnSummary {
  return {
    session_id: null,
    established: false,
    turn: 'none',
    failure: null,
    session_unknown: false,
    retrying: null,
    open_tools: [],
    last_message: null,
    denied: 0,
    usage: null,
  };
}

/** Folds one event into what the log shows so far. */
export function summarise(summary: TurnSummary, event: TranscriptEvent): TurnSummary {
  switch (event.type) {
    case 'session':
      return { ...working(summary), session_id: event.id };
    case 'model_active':
      return { ...working(summary), established: true };
    case 'text':
      return { ...working(summary), last_message: clipped(event.text) };
    case 'thinking':
      return working(summary);
    case 'tool_call':
      return { ...working(summary), open_tools: [...without(summary.open_tools, event.id), event.id] };
    case 'tool_result':
      return { ...working(summary), open_tools: without(summary.open_tools, event.id) };
    case 'retrying': {
      const { class: failureClass, message, delay_ms } = event;
      return { ...working(summary), retrying: { class: failureClass, message, delay_ms } };
    }
    case 'turn_end': {
      const failure = event.outcome === 'failed' ? { class: event.class, message: event.message } : null;
      return { ...summary, turn: event.outcome, failure, retrying: null, open_tools: [] };
    }
    case 'usage':
      return { ...summary, usage: added(summary.usage, event.usage, event.totals) };
    case 'denied':
      return { ...summary, denied: summary.denied + 1 };
    case 'session_unknown':
      return { ...summary, session_unknown: true };
    case 'warning':
    case 'output':
      return summary;
  }
}

/** A sign of work: a wait is over, and an end of turn that stood before it was not the last (claude goes on by itself). */
function working(summary: TurnSummary): TurnSummary {
  if (summary.turn === 'none' && summary.retrying === null) return summary;
  return { ...summary, turn: 'none', failure: null, retrying: null };
}

function without(ids: readonly string[], id: string): readonly string[] {
  return ids.includes(id) ? ids.filter((other) => other !== id) : ids;
}

function added(before: Usage | null, now: Usage, totals: readonly ('tokens' | 'cost')[]): Usage {
  if (before === null) return now;
  const tokens = totals.includes('tokens') ? latest : sum;
  const cost = totals.includes('cost') ? latest : sum;
  return {
    input_tokens: tokens(before.input_tokens, now.input_tokens),
    output_tokens: tokens(before.output_tokens, now.output_tokens),
    cached_input_tokens: tokens(before.cached_input_tokens, now.cached_input_tokens),
    cost_usd: cost(before.cost_usd, now.cost_usd),
  };
}

function latest(before: number | null, now: number | null): number | null {
  return now ?? before;
}

function sum(before: number | null, now: number | null): number | null {
  return before === null || now === null ? (now ?? before) : before + now;
}

function clipped(text: string): string {
  // A UTF-16 unit is at most three bytes of UTF-8, so short texts need no counting.
  if (text.length * 3 <= maxLastMessageBytes || Buffer.byteLength(text) <= maxLastMessageBytes) return text;
  const bytes = Buffer.from(text);
  let end = maxLastMessageBytes;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}
