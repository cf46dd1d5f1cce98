import { describe, expect, it } from 'vitest';
import { pi } from '../../src/pi/index.ts';
import type { TurnSummary } from '../../src/index.ts';
import { maxLineBytes } from '../../src/transcript/line-splitter.ts';
import { cut, eventsOf, log, recordedCases, recordedStdout, summaryOf } from '../recordings.ts';

const versions = ['0.73.1', '0.87.1'];
const usage = (input: number, output: number, cached: number, cost: number) => ({
  input_tokens: input,
  output_tokens: output,
  cached_input_tokens: cached,
  cost_usd: expect.closeTo(cost, 9) as unknown as number,
});
const failed = (failureClass: NonNullable<TurnSummary['failure']>['class'], words: string) => ({
  turn: 'failed',
  failure: { class: failureClass, message: expect.stringContaining(words) as unknown as string },
  established: false,
  retrying: null,
});

const common: [string, object][] = [
  ['err-401', failed('auth', '401 {"type":"error"')],
  ['err-429', failed('rate_limit', 'rate_limit_error')],
  ['err-529', failed('overloaded', '529')],
  ['err-context', failed('context_length', 'prompt is too long')],
  ['err-quota', failed('quota', 'credit balance is too low')],
  ['err-network', failed('network', 'Connection error.')],
  [
    'err-length',
    { turn: 'failed', failure: { class: 'output_limit' }, established: true, last_message: 'Half an ans' },
  ],
  ['ok-retried', { turn: 'succeeded', failure: null, retrying: null, last_message: 'Whole.' }],
  ['ok-resume', { turn: 'succeeded', established: true, last_message: 'Resumed.' }],
  ['session-unknown', { turn: 'none', session_id: null, established: false }],
  ['stopped', { turn: 'none', established: true, open_tools: [expect.any(String)], last_message: 'I run' }],
  ['no-key', { turn: 'none', session_id: expect.any(String) as string, established: false }],
];

describe.each(versions)('transcripts of pi %s', (version) => {
  const recorded = `pi-${version}`;

  it.each(common)('reads %s', (name, expected) => {
    expect(summaryOf(eventsOf(pi, [recordedStdout(recorded, name)]))).toMatchObject(expected);
  });

  it('sums what each answer used', () => {
    const { usage: used } = summaryOf(eventsOf(pi, [recordedStdout(recorded, 'ok-tools')]));
    expect(used).toEqual(usage(520, 80, 120, 4 * 0.000609));
  });

  it.each(recordedCases(recorded))(
    'comes to the same summary of %s by signals, however it is cut',
    (name) => {
      const bytes = recordedStdout(recorded, name);
      const whole = eventsOf(pi, [bytes]);
      expect(eventsOf(pi, cut(bytes, [1, 77, 500, 1234, 5000, 9999]))).toEqual(whole);
      expect(summaryOf(eventsOf(pi, [bytes], 'signals'))).toEqual(summaryOf(whole));
    },
  );

  it('tells a turn step by step, each at the offset of its line', () => {
    const bytes = recordedStdout(recorded, 'ok-tools');
    const events = eventsOf(pi, [bytes]);
    const tool = ['tool_call', 'tool_result'];
    expect(events.map((event) => event.type)).toEqual([
      ...['session', 'model_active', 'thinking', 'text', 'usage', ...tool],
      ...['usage', ...tool, 'usage', ...tool, 'text', 'usage', 'turn_end'],
    ]);
    const text = events.findLast((event) => event.type === 'text')!;
    const line = bytes.toString('utf8', text.position).split('\n')[0]!;
    expect(JSON.parse(line)).toMatchObject({ message: { content: [{ text: 'All done.' }] } });
    expect(events.filter((event) => event.type === 'tool_result').map((event) => event.is_error)).toEqual([
      false,
      false,
      true,
    ]);
    expect(events.find((event) => event.type === 'tool_call')).toMatchObject({
      name: 'bash',
      input: { command: 'echo hi-from-tool' },
    });
    expect(events.find((event) => event.type === 'tool_result')?.output).toBe('hi-from-tool\n');
  });

  it('says that pi waits, until the next answer', () => {
    const lines = recordedStdout(recorded, 'ok-retried').toString('utf8').split('\n');
    const retry = lines.findIndex((line) => line.startsWith('{"type":"auto_retry_start"'));
    const before = Buffer.from(`${lines.slice(0, retry + 1).join('\n')}\n`);
    expect(summaryOf(eventsOf(pi, [before], 'signals'))).toMatchObject({
      turn: 'none',
      failure: null,
      retrying: {
        class: 'overloaded',
        message: expect.stringContaining('retry 1 of 1') as string,
        delay_ms: 200,
      },
    });
  });
});

describe('what no recording shows', () => {
  const answer = (stopReason: string, text = 'Hm.') => ({
    type: 'message_end',
    message: { role: 'assistant', content: [{ type: 'text', text }], stopReason },
  });

  it('ends no turn that was aborted, or whose last answer called a tool', () => {
    for (const stopReason of ['aborted', 'toolUse']) {
      const bytes = log(answer(stopReason), { type: 'agent_end', messages: [], willRetry: false });
      expect(summaryOf(eventsOf(pi, [bytes])).turn).toBe('none');
    }
  });

  it('goes on where a conversation that was too long has been compacted', () => {
    const error = {
      role: 'assistant',
      content: [],
      stopReason: 'error',
      errorMessage: '400 prompt is too long',
    };
    const tooLong = log({ type: 'message_end', message: error }, { type: 'agent_end', messages: [] });
    const compacted = log({ type: 'compaction_end', reason: 'overflow', result: {}, willRetry: true });
    expect(summaryOf(eventsOf(pi, [tooLong])).turn).toBe('failed');
    expect(summaryOf(eventsOf(pi, [tooLong, compacted], 'signals'))).toMatchObject({
      turn: 'none',
      retrying: { class: 'context_length' },
    });
    const end = log(answer('stop', 'Then.'), { type: 'agent_end', messages: [] });
    expect(summaryOf(eventsOf(pi, [tooLong, compacted, end]))).toMatchObject({
      turn: 'succeeded',
      last_message: 'Then.',
    });
  });

  it('takes an end whose line is too long to be read for an end', () => {
    const messages = [{ role: 'toolResult', content: 'x'.repeat(maxLineBytes) }];
    const bytes = log(answer('stop'), { type: 'agent_end', messages });
    const half = Math.floor(bytes.length / 2);
    for (const pieces of [[bytes], [bytes.subarray(0, half), bytes.subarray(half)]]) {
      expect(summaryOf(eventsOf(pi, pieces, 'signals')).turn).toBe('succeeded');
    }
  });

  it('does not parse what repeats the answer so far', () => {
    const events = eventsOf(pi, [Buffer.from('{"type":"message_update","message":{"role"\n')]);
    expect(events).toEqual([]);
  });
});
