import { describe, expect, it } from 'vitest';
import { codex } from '../../src/codex/index.ts';
import type { TurnSummary } from '../../src/index.ts';
import { eventsOf, log, recordedCases, recordedId, recordedStdout, summaryOf } from '../recordings.ts';

const version = 'codex-0.169.0';
const usage = (input: number, output: number, cached: number) => ({
  input_tokens: input,
  output_tokens: output,
  cached_input_tokens: cached,
  cost_usd: null,
});
const retryLimit = 'exceeded retry limit, last status: 429 Too Many Requests';
const unauthorized = expect.stringContaining('unexpected status 401 Unauthorized') as unknown as string;

const failed = (failureClass: NonNullable<TurnSummary['failure']>['class'], message: string) => ({
  turn: 'failed',
  failure: { class: failureClass, message },
  established: false,
  retrying: null,
});

describe('codex transcripts', () => {
  it.each([
    ['err-401', failed('auth', unauthorized)],
    ['err-429', failed('rate_limit', retryLimit)],
    ['err-529', failed('overloaded', 'Selected model is at capacity. Please try a different model.')],
    [
      'err-context',
      failed('context_length', expect.stringContaining('ran out of room') as unknown as string),
    ],
    ['err-quota', failed('quota', 'Quota exceeded. Check your plan and billing details.')],
    ['err-plan', failed('quota', expect.stringContaining('hit your usage limit') as unknown as string)],
    [
      'ok-tools',
      {
        turn: 'succeeded',
        established: true,
        open_tools: [],
        last_message: 'All done.',
        usage: usage(520, 80, 120),
      },
    ],
    [
      'ok-resume',
      {
        turn: 'succeeded',
        session_id: recordedId(version, 'ok-tools', 'thread_id'),
        usage: usage(650, 100, 150),
      },
    ],
    ['session-unknown', { turn: 'none', session_id: null, established: false }],
    [
      'stopped',
      { turn: 'none', established: true, open_tools: ['item_1'], last_message: 'I run', usage: null },
    ],
  ])('reads %s', (name, expected) => {
    const events = eventsOf(codex, [recordedStdout(version, name)]);
    expect(summaryOf(events)).toMatchObject(expected);
  });

  it.each(recordedCases(version))('comes to the same summary of %s by signals alone', (name) => {
    const bytes = recordedStdout(version, name);
    expect(summaryOf(eventsOf(codex, [bytes], 'signals'))).toEqual(summaryOf(eventsOf(codex, [bytes])));
  });

  it('tells a turn step by step, each at the offset of its line', () => {
    const bytes = recordedStdout(version, 'ok-tools');
    const events = eventsOf(codex, [bytes]);
    expect(events.map((event) => event.type)).toEqual([
      ...[
        'session',
        'model_active',
        'thinking',
        'text',
        'tool_call',
        'tool_result',
        'tool_call',
        'tool_result',
      ],
      ...['tool_call', 'tool_result', 'text', 'usage', 'turn_end'],
    ]);
    const text = events.findLast((event) => event.type === 'text')!;
    const line = bytes.toString('utf8', text.position).split('\n')[0]!;
    expect(JSON.parse(line)).toMatchObject({ item: { text: 'All done.' } });
    expect(events.filter((event) => event.type === 'tool_result').map((event) => event.is_error)).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('shows that codex waits by itself, until the model answers', () => {
    const waiting = log(
      { type: 'thread.started', thread_id: 't' },
      {
        type: 'error',
        message: 'Reconnecting... waiting for network (Connection failed: error sending request)',
      },
    );
    expect(summaryOf(eventsOf(codex, [waiting])).retrying).toMatchObject({
      class: 'network',
      delay_ms: null,
    });
    const answered = log({ type: 'item.completed', item: { id: 'item_0', type: 'reasoning', text: 'Hm.' } });
    expect(summaryOf(eventsOf(codex, [waiting, answered], 'signals')).retrying).toBeNull();
  });

  it('takes an item of type error for a warning, not for a sign of the model', () => {
    const bytes = log({
      type: 'item.completed',
      item: { id: 'item_0', type: 'error', message: 'recorded with model x' },
    });
    expect(eventsOf(codex, [bytes])).toEqual([
      { position: 0, type: 'warning', message: 'recorded with model x' },
    ]);
  });

  it('pairs a tool that was only completed', () => {
    const item = { id: 'item_3', type: 'web_search', query: 'vitest' };
    const events = eventsOf(codex, [log({ type: 'item.completed', item })]);
    expect(events.map((event) => event.type)).toEqual(['model_active', 'tool_call', 'tool_result']);
  });

  it('reads an MCP call and its error', () => {
    const item = {
      id: 'i',
      type: 'mcp_tool_call',
      server: 'db',
      tool: 'query',
      arguments: { q: 1 },
      status: 'failed',
    };
    const events = eventsOf(codex, [
      log(
        { type: 'item.started', item },
        { type: 'item.completed', item: { ...item, error: { message: 'denied' } } },
      ),
    ]);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'tool_call', name: 'db.query', input: { q: 1 } }),
    );
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'tool_result', is_error: true, output: 'denied' }),
    );
  });
});
