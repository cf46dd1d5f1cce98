import { describe, expect, it } from 'vitest';
import { classifyStderr, readResult } from '../../src/claude/failures.ts';
import { recordedStderr } from '../recordings.ts';

const apiError = (result: string, more: object = {}) => ({
  subtype: 'success',
  is_error: true,
  terminal_reason: 'api_error',
  result,
  ...more,
});

describe('readResult', () => {
  it.each([
    ['auth', apiError('no', { api_error_status: 403 }), 'authentication_failed'],
    [
      'quota',
      apiError("You've hit your session limit · resets 3pm", { api_error_status: 429 }),
      'rate_limit',
    ],
    ['rate_limit', apiError('slow down', { api_error_status: 429 }), 'rate_limit'],
    ['model_unavailable', apiError('no such model', { api_error_status: 404 }), 'model_not_found'],
    ['overloaded', apiError('Internal server error', { api_error_status: 500 }), 'server_error'],
    [
      'network',
      apiError('Connection refused by http://x (ECONNREFUSED)', { api_error_status: null }),
      'server_error',
    ],
    [
      'output_limit',
      apiError("Claude's response exceeded the 32000 output token maximum"),
      'max_output_tokens',
    ],
    ['refused', apiError('cannot help', { stop_reason: 'refusal' }), null],
    [
      'agent_error',
      { subtype: 'error_max_turns', is_error: true, errors: ['Reached maximum number of turns (3)'] },
      null,
    ],
    [
      'agent_error',
      { subtype: 'error_during_execution', is_error: true, errors: ['TypeError: x is not a function'] },
      null,
    ],
    [
      'agent_error',
      { subtype: 'error_during_execution', is_error: true, errors: [], terminal_reason: 'model_error' },
      null,
    ],
    ['agent_error', apiError('odd', { api_error_status: 400 }), 'constructor'],
  ])('%s: %j', (expected, result, error) => {
    expect(readResult(result, error)).toMatchObject({ kind: 'failed', class: expected });
  });

  it.each([
    ['succeeded', { subtype: 'success', is_error: false }],
    [
      'interrupted',
      { subtype: 'error_during_execution', is_error: true, terminal_reason: 'aborted_streaming' },
    ],
    [
      'interrupted',
      { subtype: 'error_during_execution', is_error: true, errors: ['[ede_diagnostic] result_type=user'] },
    ],
    ['interrupted', { subtype: 'success', is_error: false, terminal_reason: 'aborted_tools' }],
    [
      'session_unknown',
      { subtype: 'error_during_execution', errors: ['No conversation found with session ID: x'] },
    ],
  ])('%s: %j', (expected, result) => {
    expect(readResult(result, null).kind).toBe(expected);
  });
});

describe('classifyStderr', () => {
  it('knows the words of an unknown session', () => {
    const stderr = recordedStderr('claude-2.1.328', 'session-unknown');
    expect(classifyStderr(stderr)).toMatchObject({
      session_unknown: true,
      failure: { class: 'session_lost' },
    });
  });

  it.each([
    ['agent_error', 'Error: Session ID 45e26213-6260-4d21-ac1f-0352eab6cbf2 is already in use.'],
    [
      'agent_error',
      'Error: Input must be provided either through stdin or as a prompt argument when using --print',
    ],
    ['auth', 'Not logged in · Please run /login'],
    ['network', 'Unable to connect to API (ECONNREFUSED)'],
  ])('%s: %s', (expected, stderr) => {
    expect(classifyStderr(stderr)).toMatchObject({ session_unknown: false, failure: { class: expected } });
  });

  it('finds nothing in what is no failure', () => {
    expect(
      classifyStderr('\nClaude configuration file not found at: /home/user/.claude.json\n').failure,
    ).toBeNull();
  });
});
