import { describe, expect, it } from 'vitest';
import { classifyMessage, classifyStderr, readText } from '../../src/cursor/failures.ts';

describe('classifyMessage', () => {
  it.each([
    ['auth', "Authentication required. Please run 'agent login' first, or set CURSOR_API_KEY."],
    ['auth', 'The provided API key is invalid'],
    ['quota', "You've hit your usage limit. Get Cursor Pro for more Agent usage."],
    ['rate_limit', 'ConnectError: [resource_exhausted] Error'],
    ['model_unavailable', 'Cannot use this model: gpt-0. Available models: auto'],
    [
      'model_unavailable',
      'Named models unavailable. Free plans can only use Auto. Upgrade plans to continue.',
    ],
    ['network', 'getaddrinfo ENOTFOUND api2.cursor.sh'],
    ['overloaded', 'Service Unavailable'],
    ['agent_error', 'something new'],
  ])('%s: %s', (expected, message) => {
    expect(classifyMessage(message)).toBe(expected);
  });
});

describe('classifyStderr', () => {
  it.each([
    ['auth', 'Error: Not logged in\n'],
    ['agent_error', "error: unknown option '--sandbocks'\n"],
    ['session_lost', 'Error: Chat 45e26213 not found\n'],
  ])('%s: %s', (expected, stderr) => {
    const { session_unknown, failure } = classifyStderr(stderr);
    expect(failure?.class).toBe(expected);
    expect(session_unknown).toBe(expected === 'session_lost');
  });

  it('takes repeated records, warnings and noise for no failure', () => {
    const record = JSON.stringify({ type: 'assistant', message: { content: 'The network timed out' } });
    const stderr = `${record}\nWarning: connection lost\nMallocStackLogging: off\n`;
    expect(classifyStderr(stderr)).toEqual({ session_unknown: false, failure: null });
  });
});

it('tells a failure in plain words from a wait and from talk', () => {
  expect(readText('T: Named models unavailable')).toEqual({
    kind: 'failed',
    class: 'model_unavailable',
    message: 'Named models unavailable',
  });
  expect(readText('Connection lost, reconnecting in 5 s')).toMatchObject({
    kind: 'retrying',
    class: 'network',
  });
  expect(readText('Chat 45e2 not found')).toMatchObject({ kind: 'session_unknown' });
  expect(readText('Thinking about it')).toEqual({ kind: 'nothing' });
});
