import type { FailureClass } from '@dispatch/core';
import {
  failureMessage,
  failureOfStatus,
  matchFailure,
  messageLines,
  type FailureTable,
} from '../failures/classify.ts';

/** Told by words alone, and more exact than a status: 400 is a prompt that is too long as well as an empty account. */
const exactTexts: FailureTable = [
  [
    'context_length',
    /prompt is too long|context[ _]length|context window|maximum context|input token count|request_too_large/i,
  ],
  [
    'quota',
    /insufficient[ _]quota|quota exceeded|exceeded your current quota|credit balance is too low|usage limit|billing_error|out of credits/i,
  ],
  // `sensitive` is what 0.87.1 says of a provider's content filter; 0.73.1 says "An unknown error occurred" of both.
  ['refused', /refused to complete the request|stopped with: \w|content[ _]?(policy|filter)/i],
];

/** The provider's own name of the error; also in an error that came within a stream, which has no status. */
const errorTypes: FailureTable = [
  ['auth', /"(authentication|permission)_error"/],
  ['rate_limit', /"rate_limit_error"/],
  ['overloaded', /"(overloaded|api|server)_error"/],
  ['model_unavailable', /"not_found_error"|"model_not_found"/],
];

/** Where neither status nor name says it. */
const looseTexts: FailureTable = [
  ['auth', /no api key (found|available)|no models available|invalid api key|unauthorized|log(ged)? ?in/i],
  ['model_unavailable', /model .{0,120}(not found|not exist|not supported|not available)/i],
  ['rate_limit', /rate limit|too many requests/i],
  ['overloaded', /overloaded|at capacity|service unavailable|internal server error/i],
  [
    'network',
    /connection (error|refused|reset|closed)|ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|fetch failed|socket|terminated|stream ended|timed? ?out|network/i,
  ],
];

/** The class of a failed or retried request by pi's `errorMessage`: an HTTP status and the provider's body, or words. */
export function classifyMessage(message: string): FailureClass {
  const status = /^(\d{3})\b/.exec(message)?.[1];
  return (
    matchFailure(exactTexts, message) ??
    (status === '404'
      ? 'model_unavailable'
      : failureOfStatus(status === undefined ? null : Number(status))) ??
    matchFailure(errorTypes, message) ??
    matchFailure(looseTexts, message) ??
    'agent_error'
  );
}

const lostSession = /No session found matching|is not a valid pi session|Cannot fork: source session/;

/** Warnings stop nothing, and advice says no cause. */
const besideThePoint = /^(Warning:|Use \/login)/;

/** What the last of stderr says where no turn ended. */
export function classifyStderr(stderr: string): {
  session_unknown: boolean;
  failure: { class: FailureClass; message: string } | null;
} {
  const lines = messageLines(stderr).filter((line) => !besideThePoint.test(line));
  const lost = lines.find((line) => lostSession.test(line));
  if (lost !== undefined)
    return { session_unknown: true, failure: { class: 'session_lost', message: told(lost) } };
  const line = lines.findLast(
    (candidate) => /^Error:|^Stored session/.test(candidate) || classifyMessage(candidate) !== 'agent_error',
  );
  if (line === undefined) return { session_unknown: false, failure: null };
  return { session_unknown: false, failure: { class: classifyMessage(line), message: told(line) } };
}

function told(line: string): string {
  return failureMessage(line.replace(/^Error:\s*/, ''), line);
}
