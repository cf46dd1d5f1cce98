import type { FailureClass } from '@dispatch/core';
import {
  failureMessage,
  failureOfStatus,
  matchFailure,
  messageLines,
  type FailureTable,
} from '../failures/classify.ts';
import { asList, asNumber, asText, type JsonRecord } from '../transcript/shapes.ts';

const unknownSession = /No conversation found with session ID/i;

/** `assistant.error` and `api_retry.error`, as Claude Code 2.1.328 lists them. */
const classOfError: Readonly<Record<string, FailureClass>> = {
  authentication_failed: 'auth',
  oauth_org_not_allowed: 'auth',
  account_on_hold: 'auth',
  verification_required: 'auth',
  cloud_credential_error: 'auth',
  billing_error: 'quota',
  rate_limit: 'rate_limit',
  overloaded: 'overloaded',
  server_error: 'overloaded',
  model_not_found: 'model_unavailable',
  max_output_tokens: 'output_limit',
};

/** Told by words alone, and more exact than the error's name: a plan's limit arrives as `rate_limit`. */
const exactTexts: FailureTable = [
  ['context_length', /prompt is too long|context window|context limit/i],
  ['quota', /(hit|reached) your .{0,60}limit|usage limit|credit balance is too low|out of (extra )?usage/i],
  ['output_limit', /exceeded the .{0,40}output token maximum/i],
];

/** Where neither name nor status says it. */
const looseTexts: FailureTable = [
  ['auth', /invalid api key|not logged in|please run \/login|authentication_error|oauth token/i],
  [
    'network',
    /ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|connection (refused|error|closed|reset)|unable to connect|socket|fetch failed|timed? ?out/i,
  ],
  ['model_unavailable', /issue with the selected model|model .{0,80}(not exist|not found|not available)/i],
];

/** The class of an API failure by every sign that Claude Code gives of it. */
export function classifyApiFailure(signs: {
  error: string | null;
  status: number | null;
  terminalReason: string | null;
  stopReason: string | null;
  text: string;
}): FailureClass {
  if (signs.terminalReason === 'prompt_too_long' || signs.terminalReason === 'blocking_limit')
    return 'context_length';
  if (signs.stopReason === 'refusal') return 'refused';
  const byError =
    signs.error !== null && Object.hasOwn(classOfError, signs.error) ? classOfError[signs.error] : null;
  return (
    matchFailure(exactTexts, signs.text) ??
    (signs.status === 404 ? 'model_unavailable' : failureOfStatus(signs.status)) ??
    // Without a status the request never got an answer; `server_error` then is a guess of Claude Code's.
    (signs.status === null ? matchFailure(looseTexts, signs.text) : null) ??
    byError ??
    'agent_error'
  );
}

export type TurnResult =
  | { kind: 'succeeded' }
  | { kind: 'failed'; class: FailureClass; message: string }
  | { kind: 'interrupted' }
  | { kind: 'session_unknown'; message: string };

/**
 * What a `result` line means. `subtype: success` with `is_error` is an API failure; an interrupt ends no turn and is
 * told by `terminal_reason: aborted_*` (2.1.328 exits with 0 after one), older versions name it in `errors` only.
 */
export function readResult(result: JsonRecord, assistantError: string | null): TurnResult {
  const errors = asList(result.errors).filter((error) => typeof error === 'string');
  const terminalReason = asText(result.terminal_reason);
  const subtype = asText(result.subtype) ?? 'unknown';
  const unknown = errors.find((error) => unknownSession.test(error));
  if (unknown !== undefined) return { kind: 'session_unknown', message: failureMessage(unknown, unknown) };
  if (terminalReason?.startsWith('aborted_') === true) return { kind: 'interrupted' };
  if (subtype === 'success' && result.is_error !== true) return { kind: 'succeeded' };

  const status = asNumber(result.api_error_status);
  const told = errors.filter((error) => !error.startsWith('[ede_diagnostic]'));
  if (subtype === 'error_during_execution') {
    const apiFailed =
      status !== null ||
      assistantError !== null ||
      (terminalReason !== null && terminalReason !== 'completed');
    if (!apiFailed && (told.length === 0 || told.every((error) => /interrupt|abort/i.test(error))))
      return { kind: 'interrupted' };
    if (result.interrupted_by_shutdown === true) return { kind: 'interrupted' };
  }
  const message = failureMessage(asText(result.result) ?? told.join('\n'), `the turn ended with ${subtype}`);
  const stopReason = asText(result.stop_reason);
  const failureClass = classifyApiFailure({
    error: assistantError,
    status,
    terminalReason,
    stopReason,
    text: message,
  });
  return { kind: 'failed', class: failureClass, message };
}

/** What the last of stderr says where no turn ended. */
export function classifyStderr(stderr: string): {
  session_unknown: boolean;
  failure: { class: FailureClass; message: string } | null;
} {
  const lines = messageLines(stderr);
  const unknown = lines.find((line) => unknownSession.test(line));
  if (unknown !== undefined)
    return { session_unknown: true, failure: { class: 'session_lost', message: unknown } };
  const line = lines.findLast((candidate) => {
    const known =
      /is already in use|^error:|input must be provided|piped stdin input exceeds|cannot be used with root/i;
    return (
      known.test(candidate) ||
      matchFailure(exactTexts, candidate) !== null ||
      matchFailure(looseTexts, candidate) !== null
    );
  });
  if (line === undefined) return { session_unknown: false, failure: null };
  const failureClass = classifyApiFailure({
    error: null,
    status: null,
    terminalReason: null,
    stopReason: null,
    text: line,
  });
  return {
    session_unknown: false,
    failure: { class: failureClass, message: failureMessage(line.replace(/^error:\s*/i, ''), line) },
  };
}
