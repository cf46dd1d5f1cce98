import { describe, expect, it } from 'vitest';
import { classifyMessage, classifyStderr } from '../../src/pi/failures.ts';
import { recordedStderr } from '../recordings.ts';

const body = (type: string, message = 'x') => JSON.stringify({ type: 'error', error: { type, message } });

describe('classifyMessage', () => {
  it.each([
    ['auth', `401 ${body('authentication_error', 'invalid x-api-key')}`],
    ['auth', `403 ${body('permission_error')}`],
    ['rate_limit', `429 ${body('rate_limit_error')}`],
    ['quota', `429 ${body('rate_limit_error', 'You have reached your usage limit.')}`],
    ['quota', '429 You exceeded your current quota, please check your plan and billing details.'],
    ['quota', `400 ${body('invalid_request_error', 'Your credit balance is too low')}`],
    ['overloaded', `529 ${body('overloaded_error')}`],
    ['overloaded', '503 status code (no body)'],
    ['overloaded', body('overloaded_error', 'within a stream')],
    ['context_length', `400 ${body('invalid_request_error', 'prompt is too long: 210000 tokens > 200000')}`],
    ['model_unavailable', `404 ${body('not_found_error', 'model: no-such-model')}`],
    ['network', 'Connection error.'],
    ['network', 'Connection error.: connect ECONNREFUSED 127.0.0.1:9'],
    ['network', 'terminated'],
    ['refused', 'The model refused to complete the request'],
    ['refused', 'Provider stopped with: sensitive'],
    ['agent_error', 'An unknown error occurred'],
    ['agent_error', `400 ${body('invalid_request_error', 'messages: at least one is required')}`],
  ])('%s: %s', (expected, message) => {
    expect(classifyMessage(message)).toBe(expected);
  });
});

describe('classifyStderr', () => {
  it.each([
    ['session_lost', true, 'pi-0.73.1', 'session-unknown', 'No session found matching'],
    ['session_lost', true, 'pi-0.87.1', 'session-unknown', 'No session found matching'],
    ['session_lost', true, 'pi-0.87.1', 'session-invalid', 'Session file is not a valid pi session'],
    ['auth', false, 'pi-0.73.1', 'no-key', 'No API key found for anthropic.'],
    ['auth', false, 'pi-0.87.1', 'no-key', 'No API key found for anthropic.'],
    ['model_unavailable', false, 'pi-0.73.1', 'no-model', 'Model "nope" not found.'],
    ['model_unavailable', false, 'pi-0.87.1', 'no-model', 'Model "nope" not found.'],
  ])('%s (%s) of %s %s', (failureClass, unknown, version, name, words) => {
    expect(classifyStderr(recordedStderr(version, name))).toEqual({
      session_unknown: unknown,
      failure: { class: failureClass, message: expect.stringMatching(`^${words}`) as string },
    });
  });

  it.each([
    ['agent_error', 'Error: Unknown option: --nonsense'],
    ['agent_error', 'Error: File not found: /home/user/a.png'],
    ['agent_error', 'Stored session working directory does not exist: /home/user/gone'],
    ['auth', 'No models available. Use /login to log into a provider via OAuth or API key. See:'],
  ])('%s: %s', (expected, stderr) => {
    expect(classifyStderr(stderr).failure?.class).toBe(expected);
  });

  it('takes warnings for no failure', () => {
    const stderr =
      'Warning: Model "nope" not found for provider "stub". Using custom model id.\nWarning: Invalid thinking level "huge".\n';
    expect(classifyStderr(stderr)).toEqual({ session_unknown: false, failure: null });
  });
});
