import type { FailureClass } from '@dispatch/core';
import { failureMessage, matchFailure, messageLines, type FailureTable } from '../failures/classify.ts';

/**
 * Its documentation promises an error message and no more. The words are those that its users report, and what its
 * kind usually says.
 */
const table: FailureTable = [
  [
    'model_unavailable',
    /named models? unavailable|cannot use this model|(unknown|invalid|unsupported) model|model .{0,80}(not (found|available|supported)|does not exist|unavailable)/i,
  ],
  ['context_length', /context (window|length|limit)|prompt is too long/i],
  [
    'quota',
    /(usage|spend\w*|request) limit|(hit|reached|exceeded) your .{0,60}limit|quota|out of (usage|credits|requests)|billing|upgrade (your )?plan/i,
  ],
  ['rate_limit', /\b429\b|too many requests|rate.?limit|resource_exhausted/i],
  [
    'auth',
    /not (logged|signed) in|authentication (is )?required|log ?in required|(please|must) (log|sign) in|agent login|unauthori[sz]ed|unauthenticated|api key.{0,40}(invalid|missing|not valid)|invalid api key|CURSOR_API_KEY|\b40[13]\b/i,
  ],
  [
    'overloaded',
    /overloaded|high demand|at capacity|internal server error|service unavailable|\b50[0234]\b/i,
  ],
  [
    'network',
    /ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|connection (failed|refused|error|closed|lost|reset)|network|fetch failed|timed? ?out|socket hang up/i,
  ],
];

const unknownSession =
  /\b(chat|session|conversation)\b.{0,80}\bnot found|no (such )?(chat|session|conversation)\b/i;

/** The class of a failed turn by its message. */
export function classifyMessage(message: string): FailureClass {
  return matchFailure(table, message) ?? 'agent_error';
}

export type TextMeaning =
  | { kind: 'failed' | 'retrying'; class: FailureClass; message: string }
  | { kind: 'session_unknown'; message: string }
  | { kind: 'nothing' };

/** What a line of plain text between the records means: errors of plan and model arrive as one (`T: …`). */
export function readText(text: string): TextMeaning {
  const message = failureMessage(text.replace(/^\s*([A-Z]|error):\s+/i, ''), text);
  if (/^\s*warn/i.test(text)) return { kind: 'nothing' };
  if (unknownSession.test(message)) return { kind: 'session_unknown', message };
  const failureClass = matchFailure(table, message);
  if (failureClass === null) return { kind: 'nothing' };
  return {
    kind: /\b(retrying|reconnecting)\b/i.test(message) ? 'retrying' : 'failed',
    class: failureClass,
    message,
  };
}

/** What the last of stderr says where no turn ended. Some versions repeat the records of stdout there. */
export function classifyStderr(stderr: string): {
  session_unknown: boolean;
  failure: { class: FailureClass; message: string } | null;
} {
  const lines = messageLines(stderr).filter((line) => !line.startsWith('{') && !/^warn/i.test(line));
  const unknown = lines.find((line) => unknownSession.test(line));
  if (unknown !== undefined)
    return {
      session_unknown: true,
      failure: { class: 'session_lost', message: failureMessage(unknown, unknown) },
    };
  const line =
    lines.findLast((candidate) => matchFailure(table, candidate) !== null) ??
    lines.findLast((candidate) => /^error\b/i.test(candidate));
  if (line === undefined) return { session_unknown: false, failure: null };
  const message = failureMessage(line.replace(/^error:\s*/i, ''), line);
  return { session_unknown: false, failure: { class: classifyMessage(line), message } };
}
