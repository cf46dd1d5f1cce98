import { describe, expect, it } from 'vitest';
import { classifyMessage, classifyStderr } from '../../src/codex/failures.ts';
import { recordedStderr } from '../recordings.ts';

describe('classifyMessage', () => {
  it.each([
    ['auth', 'unexpected status 403 Forbidden: no, url: http://127.0.0.1:4290/v1/responses'],
    ['quota', 'Quota exceeded. Check your plan and billing details.'],
    ['quota', 'You’ve hit your usage limit. Upgrade to Pro or try again at 1:06 PM.'],
    ['overloaded', "We're currently experiencing high demand, which may cause temporary errors."],
    ['overloaded', 'exceeded retry limit, last status: 503 Service Unavailable'],
    ['rate_limit', 'stream disconnected before completion: Rate limit reached for gpt-5.5'],
    ['network', 'stream disconnected before completion: stream closed before response.completed'],
    ['model_unavailable', 'The model `gpt-0` does not exist or you do not have access to it.'],
    ['output_limit', 'Incomplete response returned, reason: max_output_tokens'],
    ['refused', 'Incomplete response returned, reason: content_filter'],
    ['agent_error', 'something new'],
  ])('%s: %s', (expected, message) => {
    expect(classifyMessage(message)).toBe(expected);
  });
});

describe('classifyStderr', () => {
  it('knows the words of an unknown session, with a backtrace behind them as well', () => {
    const stderr = recordedStderr('codex-0.169.0', 'session-unknown');
    for (const text of [stderr, `${stderr}\nStack backtrace:\n   0: <unknown>\n   1: <unknown>\n`]) {
      const { session_unknown, failure } = classifyStderr(text);
      expect(session_unknown).toBe(true);
      expect(failure).toMatchObject({
        class: 'session_lost',
        message: expect.stringMatching(/^thread\/resume/) as string,
      });
    }
  });

  it('takes log lines and harmless warnings for no failure', () => {
    const warning = 'WARNING: proceeding, even though we could not create PATH aliases: refusing\n';
    const stderr = warning + recordedStderr('codex-0.169.0', 'stopped');
    expect(classifyStderr(stderr)).toEqual({ session_unknown: false, failure: null });
  });

  it.each([
    ['agent_error', "error: unexpected argument '--full-auto' found\n\nUsage: codex exec [OPTIONS]\n"],
    ['session_taken', 'Error: thread 01a1 already has an active writer'],
    ['agent_error', 'Not inside a trusted directory and --skip-git-repo-check was not specified.'],
    ['auth', 'Not logged in'],
    ['context_length', 'Error: Input exceeds the maximum length of 1048576 characters.'],
  ])('%s: %s', (expected, stderr) => {
    expect(classifyStderr(stderr).failure?.class).toBe(expected);
  });
});
