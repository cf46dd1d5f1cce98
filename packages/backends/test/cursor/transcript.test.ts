import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cursor } from '../../src/cursor/index.ts';
import { cut, eventsOf, log, summaryOf } from '../recordings.ts';

const session_id = '45e26213-6260-4d21-ac1f-0352eab6cbf2';
const says = (text: string, more: object = {}) => ({
  type: 'assistant',
  message: { role: 'assistant', content: [{ type: 'text', text }] },
  session_id,
  ...more,
});
const tool = (subtype: string, call_id: string, tool_call: object) => ({
  type: 'tool_call',
  subtype,
  call_id,
  tool_call,
  session_id,
  timestamp_ms: 3,
});
const args = { command: 'false' };
const init = {
  type: 'system',
  subtype: 'init',
  apiKeySource: 'login',
  cwd: '/repo',
  session_id,
  model: 'Auto',
};
const result = { type: 'result', subtype: 'success', is_error: false, result: 'Done.', session_id };

/** A turn as the documentation shows it, in its order of events. */
const turn = log(
  init,
  { type: 'user', message: { role: 'user', content: [{ type: 'text', text: 'Go.' }] }, session_id },
  { type: 'thinking', subtype: 'delta', text: 'Let me ', session_id, timestamp_ms: 1 },
  { type: 'thinking', subtype: 'delta', text: 'look.', session_id, timestamp_ms: 2 },
  { type: 'thinking', subtype: 'completed', session_id, timestamp_ms: 2 },
  says('I run', { timestamp_ms: 2 }),
  says('I run it.', { timestamp_ms: 3, model_call_id: 'm-1' }),
  tool('started', 'call\n1', { shellToolCall: { args } }),
  tool('completed', 'call\n1', {
    shellToolCall: { args, result: { success: { exitCode: 0, stdout: 'hi\n', stderr: '' } } },
  }),
  tool('started', 'call_2', { writeToolCall: { args: { path: 'a' } } }),
  tool('failed', 'call_2', { writeToolCall: { args: { path: 'a' }, result: { error: { message: 'No.' } } } }),
  says('Done.'),
  result,
);

describe('cursor-agent transcripts', () => {
  it('tells a turn step by step, without partial messages', () => {
    expect(eventsOf(cursor, [turn]).map(({ position: _position, ...event }) => event)).toEqual([
      { type: 'session', id: session_id },
      { type: 'model_active' },
      { type: 'thinking', text: 'Let me look.' },
      { type: 'text', text: 'I run it.' },
      { type: 'tool_call', id: 'call\n1', name: 'shellToolCall', input: args },
      { type: 'tool_result', id: 'call\n1', is_error: false, output: 'hi\n' },
      { type: 'tool_call', id: 'call_2', name: 'writeToolCall', input: { path: 'a' } },
      { type: 'tool_result', id: 'call_2', is_error: true, output: 'No.' },
      { type: 'text', text: 'Done.' },
      { type: 'turn_end', outcome: 'succeeded' },
    ]);
    expect(summaryOf(eventsOf(cursor, [turn]))).toMatchObject({
      session_id,
      established: true,
      turn: 'succeeded',
      open_tools: [],
      last_message: 'Done.',
      usage: null,
    });
  });

  it.each(['everything', 'signals'] as const)(
    'gives the same events of %s wherever it is cut',
    (interest) => {
      const whole = Buffer.concat([turn, Buffer.from('T: usage limit\n'), turn]);
      const expected = eventsOf(cursor, [whole], interest);
      fc.assert(
        fc.property(fc.array(fc.nat(), { maxLength: 20 }), (places) => {
          expect(eventsOf(cursor, cut(whole, places), interest)).toEqual(expected);
        }),
        { numRuns: 50 },
      );
    },
  );

  it('takes an error for a failed turn, whether it is a record or plain words', () => {
    const failed = { ...result, is_error: true, result: "You've hit your usage limit" };
    expect(summaryOf(eventsOf(cursor, [log(init, failed)]))).toMatchObject({
      turn: 'failed',
      established: false,
      failure: { class: 'quota' },
    });
    const words = Buffer.from('T: Named models unavailable\n');
    for (const interest of ['everything', 'signals'] as const)
      expect(summaryOf(eventsOf(cursor, [words], interest))).toMatchObject({
        turn: 'failed',
        failure: { class: 'model_unavailable', message: 'Named models unavailable' },
      });
    expect(summaryOf(eventsOf(cursor, [words, turn]))).toMatchObject({ turn: 'succeeded', failure: null });
    expect(eventsOf(cursor, [words]).map(({ type }) => type)).toEqual(['output', 'turn_end']);
  });

  it('knows no end of turn where none was told', () => {
    expect(summaryOf(eventsOf(cursor, [log(init, says('Done.'))]))).toMatchObject({ turn: 'none' });
    expect(summaryOf(eventsOf(cursor, [log({ ...result, subtype: 'error' })])).turn).toBe('failed');
  });

  it('comes to the same summary by signals alone and never throws, whatever the records are', () => {
    const odd = fc.record(
      {
        type: fc.constantFrom('system', 'user', 'thinking', 'assistant', 'tool_call', 'result'),
        subtype: fc.constantFrom('init', 'delta', 'started', 'completed', 'failed', 'success'),
        call_id: fc.constantFrom('a', 'b'),
        session_id: fc.jsonValue(),
        timestamp_ms: fc.jsonValue(),
        text: fc.jsonValue(),
        message: fc.oneof(fc.jsonValue(), fc.record({ content: fc.jsonValue() })),
        tool_call: fc.oneof(fc.jsonValue(), fc.record({ lsToolCall: fc.record({ result: fc.jsonValue() }) })),
        result: fc.jsonValue(),
        is_error: fc.jsonValue(),
      },
      { requiredKeys: ['type'] },
    );
    const words = fc.constantFrom('T: usage limit', 'reconnecting to the network', 'no such chat', 'hm', '');
    const lines = fc.array(
      fc.oneof(
        odd.map((record) => JSON.stringify(record)),
        words,
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(lines, (all) => {
        const bytes = Buffer.from(all.join('\n'));
        expect(summaryOf(eventsOf(cursor, [bytes], 'signals'))).toEqual(summaryOf(eventsOf(cursor, [bytes])));
      }),
      { numRuns: 500 },
    );
  });
});
