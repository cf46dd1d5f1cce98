import { describe, expect, it } from 'vitest';
import { claude } from '../../src/claude/index.ts';
import { eventsOf, log, recordedCases, recordedId, recordedStdout, summaryOf } from '../recordings.ts';

const version = 'claude-2.1.328';
const containing = (text: string) => expect.stringContaining(text) as unknown as string;
const failed = (failureClass: string, message: string) => ({
  turn: 'failed',
  failure: { class: failureClass, message: containing(message) },
  established: false,
  last_message: null,
});
const init = { type: 'system', subtype: 'init', session_id: 's' };
const assistant = (content: object, more: object = {}) => ({
  type: 'assistant',
  message: { model: 'claude-opus-5-5', content: [content] },
  parent_tool_use_id: null,
  ...more,
});
const result = (more: object = {}) => ({
  type: 'result',
  subtype: 'success',
  is_error: false,
  result: 'fin',
  ...more,
});
const spent = (input: number, cost: number) => ({
  usage: { input_tokens: input, output_tokens: 2, cache_read_input_tokens: 1 },
  total_cost_usd: cost,
});

describe('claude transcripts', () => {
  it.each([
    ['err-401', failed('auth', 'Invalid API key')],
    ['err-429', failed('rate_limit', 'Request rejected (429)')],
    ['err-529', failed('overloaded', '529 Overloaded')],
    ['err-context', failed('context_length', 'Prompt is too long')],
    ['err-quota', failed('quota', 'Credit balance is too low')],
    [
      'ok-tools',
      {
        turn: 'succeeded',
        session_id: recordedId(version, 'ok-tools', 'session_id'),
        established: true,
        open_tools: [],
        last_message: 'All done.',
        usage: {
          input_tokens: 520,
          output_tokens: 80,
          cached_input_tokens: 120,
          cost_usd: expect.closeTo(0.003224) as number,
        },
      },
    ],
    [
      'ok-resume',
      {
        turn: 'succeeded',
        last_message: 'Resumed.',
        usage: {
          input_tokens: 130,
          output_tokens: 20,
          cached_input_tokens: 30,
          cost_usd: expect.closeTo(0.00403) as number,
        },
      },
    ],
    ['session-unknown', { turn: 'none', session_unknown: true, established: false, usage: null }],
    ['stopped', { turn: 'none', failure: null, established: true, open_tools: [], last_message: 'I run' }],
    ['stopped-model', { turn: 'none', failure: null, established: true, last_message: 'partial' }],
  ])('reads %s', (name, expected) => {
    expect(summaryOf(eventsOf(claude, [recordedStdout(version, name)]))).toMatchObject(expected);
  });

  it.each(recordedCases(version))('comes to the same summary of %s by signals alone', (name) => {
    const bytes = recordedStdout(version, name);
    expect(summaryOf(eventsOf(claude, [bytes], 'signals'))).toEqual(summaryOf(eventsOf(claude, [bytes])));
  });

  it('tells a turn step by step', () => {
    const events = eventsOf(claude, [recordedStdout(version, 'ok-tools')]);
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
    expect(events.filter((event) => event.type === 'tool_result').map((event) => event.is_error)).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('shows that claude retries by itself, and how long it waits', () => {
    const lines = recordedStdout(version, 'err-529').toString().split('\n').slice(0, 2).join('\n');
    const summary = summaryOf(eventsOf(claude, [Buffer.from(lines)]));
    expect(summary).toMatchObject({
      turn: 'none',
      retrying: { class: 'overloaded', delay_ms: expect.any(Number) as number },
    });
    const thinking = log(assistant({ type: 'thinking', thinking: 'Hm.' }));
    expect(summaryOf(eventsOf(claude, [Buffer.from(`${lines}\n`), thinking], 'signals')).retrying).toBeNull();
  });

  it('takes an end of turn back while a further turn runs, and believes the last result', () => {
    const first = log(init, assistant({ type: 'text', text: 'fin' }), result(spent(10, 0.1)));
    const again = log(init, assistant({ type: 'thinking', thinking: 'Hm.' }));
    expect(summaryOf(eventsOf(claude, [first])).turn).toBe('succeeded');
    for (const interest of ['everything', 'signals'] as const) {
      expect(summaryOf(eventsOf(claude, [first, again], interest)).turn).toBe('none');
    }
    const failure = log(
      result({ is_error: true, api_error_status: 500, result: 'API Error: 500', ...spent(5, 0.3) }),
    );
    expect(summaryOf(eventsOf(claude, [first, again, failure]))).toMatchObject({
      turn: 'failed',
      failure: { class: 'overloaded' },
      usage: { input_tokens: 17, output_tokens: 4, cached_input_tokens: 2, cost_usd: 0.3 },
    });
  });

  it('counts a denied tool once, told twice', () => {
    const denial = { tool_name: 'Write', tool_use_id: 'toolu_1' };
    const events = eventsOf(claude, [
      log(
        { type: 'system', subtype: 'permission_denied', ...denial, message: 'outside' },
        result({ permission_denials: [denial] }),
      ),
    ]);
    expect(events.filter((event) => event.type === 'denied')).toEqual([
      { position: 0, type: 'denied', tool: 'Write', message: 'outside' },
    ]);
    expect(summaryOf(events)).toMatchObject({ denied: 1, turn: 'succeeded' });
  });

  it('shows the tools of a subagent but takes no text of it for the last message', () => {
    const ofSubagent = { parent_tool_use_id: 'toolu_1' };
    const events = eventsOf(claude, [
      log(
        assistant({ type: 'text', text: 'mine' }),
        assistant({ type: 'tool_use', id: 'toolu_2', name: 'Bash', input: {} }, ofSubagent),
        assistant({ type: 'text', text: 'not mine' }, ofSubagent),
      ),
    ]);
    expect(summaryOf(events)).toMatchObject({ last_message: 'mine', open_tools: ['toolu_2'] });
  });

  it('does not take its own words about a slash command for the model', () => {
    const words = {
      type: 'assistant',
      message: { model: '<synthetic>', content: [{ type: 'text', text: 'Unknown command: /x' }] },
    };
    expect(summaryOf(eventsOf(claude, [log(init, words, result())]))).toMatchObject({
      turn: 'succeeded',
      established: false,
      last_message: 'Unknown command: /x',
    });
  });
});

describe('transcripts of claude 2.1.250', () => {
  const older = 'claude-2.1.250';

  it.each([
    ['ok-tools', { turn: 'succeeded', last_message: 'All done.', usage: { input_tokens: 520 } }],
    ['ok-resume', { turn: 'succeeded', last_message: 'Resumed.', usage: { cost_usd: 0.001015 } }],
    ['session-unknown', { turn: 'none', session_unknown: true }],
    ['stopped', { turn: 'none', failure: null, established: true }],
    ['err-401', { failure: { class: 'auth' } }],
    ['err-429', { failure: { class: 'rate_limit' } }],
    ['err-529', { failure: { class: 'overloaded' } }],
    ['err-context', { failure: { class: 'context_length' } }],
    ['err-quota', { failure: { class: 'quota' } }],
  ])('reads %s', (name, expected) => {
    expect(summaryOf(eventsOf(claude, [recordedStdout(older, name)]))).toMatchObject(expected);
  });

  it.each(recordedCases(older))('comes to the same summary of %s by signals alone', (name) => {
    const bytes = recordedStdout(older, name);
    expect(summaryOf(eventsOf(claude, [bytes], 'signals'))).toEqual(summaryOf(eventsOf(claude, [bytes])));
  });
});
