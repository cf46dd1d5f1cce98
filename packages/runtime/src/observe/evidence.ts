import { emptySummary, type Backend, type TurnSummary } from '@dispatch/backends';
import type { Details, Facts } from '../decide/index.ts';

/** What came of an attempt, as far as its agent and its exit record show. */
export interface Evidence {
  outcome: Facts['outcome'];
  failure: Details['failure'];
  sessionUnknown: boolean;
  summary: TurnSummary;
}

/** The agent's own events, then its exit record. An end on which nothing was said is never a success. */
export function evidenceOf(known: {
  backend: Backend | null;
  summary: TurnSummary | null;
  exitCode: number | null;
  markedDone: boolean;
  /** The end of what it wrote there; empty while it lives. */
  stderr: () => string;
}): Evidence {
  const { backend, exitCode, markedDone } = known;
  const ownExit = exitCode !== null && exitCode <= 128;
  const summary = known.summary ?? emptySummary();
  if (backend?.has_transcript !== true) {
    const outcome = markedDone || exitCode === 0 ? 'succeeded' : ownExit ? 'silent_exit' : 'cut_off';
    const failure =
      outcome === 'silent_exit'
        ? { class: 'agent_error' as const, message: `exit status ${exitCode}${lastLine(known.stderr())}` }
        : null;
    return { outcome, failure, sessionUnknown: false, summary };
  }
  if (summary.turn === 'succeeded')
    return { outcome: 'succeeded', failure: null, sessionUnknown: false, summary };
  const said = summary.failure === null ? known.stderr() : '';
  const stderr = summary.failure === null ? backend.classifyStderr(said) : null;
  const sessionUnknown = summary.session_unknown || stderr?.session_unknown === true;
  if (summary.turn === 'failed')
    return { outcome: 'failed', failure: summary.failure, sessionUnknown, summary };
  const failure =
    stderr?.failure ??
    (ownExit
      ? {
          class: 'agent_error' as const,
          message: `exit status ${exitCode} without an end of turn${lastLine(said)}`,
        }
      : null);
  return { outcome: ownExit ? 'silent_exit' : 'cut_off', failure, sessionUnknown, summary };
}

/** What speaks by its exit status alone, however it came to its end: a check, and an agent in its user's hands. */
export function evidenceOfExit(exitCode: number | null): Evidence {
  const failed = exitCode !== null && exitCode !== 0;
  return {
    outcome: exitCode === null ? 'cut_off' : failed ? 'failed' : 'succeeded',
    failure: failed ? { class: 'agent_error', message: `exit status ${exitCode}` } : null,
    sessionUnknown: false,
    summary: emptySummary(),
  };
}

const lineChars = 300;

/** What a program says last is mostly why it ended. */
function lastLine(stderr: string): string {
  const line = stderr.trimEnd().split('\n').at(-1)?.trim() ?? '';
  return line === '' ? '' : `: ${line.slice(0, lineChars)}`;
}
