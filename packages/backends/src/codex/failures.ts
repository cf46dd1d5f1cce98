import type { FailureClass } from '@dispatch/core';
import {
  failureMessage,
  failureOfStatus,
  matchFailure,
  messageLines,
  type FailureTable,
} from '../failures/classify.ts';

/** Texts of codex 0.169.0; its exec events carry no code, so the words are all there is. */
const table: FailureTable = [
  ['session_taken', /thread \S+ already has an active writer/i],
  [
    'context_length',
    /ran out of room in the model.s context|context window|context_length_exceeded|input exceeds the maximum length/i,
  ],
  [
    'quota',
    /usage limit|quota exceeded|insufficient_quota|billing details|out of credits|purchase more credits/i,
  ],
  ['rate_limit', /\b429\b|too many requests|rate limit/i],
  [
    'auth',
    /\b(status:? )?(401|403) (unauthorized|forbidden)|not logged in|invalid api key|please (run `?codex login|log ?in|sign ?in)|refresh token|token (has )?expired/i,
  ],
  ['auth', /missing environment variable/i],
  ['output_limit', /max_output_tokens|maximum output tokens/i],
  ['refused', /content[_ ]policy|content_filter|cyber_policy|flagged (as|for)|violat\w+ .*usage polic/i],
  [
    'overloaded',
    /at capacity|overloaded|high demand|\bstatus:? 5\d\d\b|internal server error|service unavailable/i,
  ],
  [
    'model_unavailable',
    /model_not_found|model .{0,120}(does not exist|not found|not supported|not available)|unsupported model/i,
  ],
  [
    'network',
    /stream disconnected|stream closed|waiting for network|connection (failed|refused|reset|closed)|error sending request|dns error|timed out|timeout|network error/i,
  ],
];

/** The class of a failed or retried turn by its message. */
export function classifyMessage(message: string): FailureClass {
  const status = /\bstatus:? (\d{3})\b/.exec(message)?.[1];
  return (
    matchFailure(table, message) ??
    failureOfStatus(status === undefined ? null : Number(status)) ??
    'agent_error'
  );
}

/** What the last of stderr says where no turn ended. */
export function classifyStderr(stderr: string): {
  session_unknown: boolean;
  failure: { class: FailureClass; message: string } | null;
} {
  const lines = messageLines(stderr).filter((line) => !/^WARNING: proceeding\b/.test(line));
  const unknown = lines.some((line) => /no rollout found for thread id/i.test(line));
  const line =
    lines.findLast((candidate) => /^error:/i.test(candidate)) ??
    lines.findLast(
      (candidate) =>
        matchFailure(table, candidate) !== null ||
        /^(Not inside a trusted|No prompt provided)/.test(candidate),
    );
  if (line === undefined) return { session_unknown: unknown, failure: null };
  const message = failureMessage(line.replace(/^error:\s*/i, ''), line);
  return {
    session_unknown: unknown,
    failure: { class: unknown ? 'session_lost' : classifyMessage(line), message },
  };
}
