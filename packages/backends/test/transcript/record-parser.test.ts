import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findBackend } from '../../src/index.ts';
import { cut, eventsOf, log, recordedCases, recordedStdout, summaryOf } from '../recordings.ts';

const versions = { claude: 'claude-2.1.328', codex: 'codex-0.169.0', pi: 'pi-0.73.1' } as const;
const agents = Object.keys(versions) as (keyof typeof versions)[];

const types = [
  'assistant',
  'user',
  'system',
  'result',
  'thread.started',
  'item.started',
  'item.completed',
  'turn.failed',
  'error',
  'session',
  'message_end',
  'tool_execution_start',
  'tool_execution_end',
  'agent_end',
  'auto_retry_start',
  'auto_retry_end',
  'compaction_end',
];
/** Records with the right names and anything at all behind them. */
const oddRecord = fc.record(
  {
    type: fc.constantFrom(...types),
    subtype: fc.constantFrom('init', 'api_retry', 'success', 'error_during_execution', 'permission_denied'),
    message: fc.oneof(
      fc.jsonValue(),
      fc.record({ content: fc.array(fc.jsonValue()), model: fc.jsonValue() }),
      fc.record({
        role: fc.constantFrom('assistant', 'user'),
        content: fc.jsonValue(),
        stopReason: fc.constantFrom('stop', 'length', 'error', 'aborted', 'toolUse', 1),
        usage: fc.jsonValue(),
      }),
    ),
    willRetry: fc.jsonValue(),
    success: fc.jsonValue(),
    toolCallId: fc.constantFrom('a', 'b', 1),
    result: fc.jsonValue(),
    item: fc.oneof(
      fc.jsonValue(),
      fc.record({
        type: fc.constantFrom('command_execution', 'mcp_tool_call', 'agent_message'),
        id: fc.jsonValue(),
        result: fc.jsonValue(),
      }),
    ),
    error: fc.jsonValue(),
    errors: fc.jsonValue(),
    usage: fc.jsonValue(),
    permission_denials: fc.jsonValue(),
    is_error: fc.jsonValue(),
  },
  { requiredKeys: ['type'] },
);

describe.each(agents)('the parser of %s', (agent) => {
  const backend = findBackend(agent)!;
  const whole = Buffer.concat(
    recordedCases(versions[agent]).map((name) => recordedStdout(versions[agent], name)),
  );

  it.each(['everything', 'signals'] as const)(
    'gives the same events of %s wherever the bytes are cut',
    (interest) => {
      const expected = eventsOf(backend, [whole], interest);
      expect(expected.length).toBeGreaterThan(20);
      fc.assert(
        fc.property(fc.array(fc.nat(), { maxLength: 40 }), (places) => {
          expect(eventsOf(backend, cut(whole, places), interest)).toEqual(expected);
        }),
        { numRuns: 50 },
      );
      const single = [...whole].map((byte) => Buffer.of(byte));
      expect(eventsOf(backend, single, interest)).toEqual(expected);
    },
  );

  it('goes on from any event at the position of its line', () => {
    const events = eventsOf(backend, [whole]);
    for (const event of events) {
      const parser = backend.createParser({ interest: 'everything', position: event.position });
      const again = [...parser.push(whole.subarray(event.position)), ...parser.end()];
      expect(again.map(({ position }) => position)).toContain(event.position);
      expect(again.at(-1)).toEqual(events.at(-1));
    }
  });

  it('never throws, whatever the bytes are', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.array(oddRecord, { maxLength: 8 }).map((records) => log(...records)),
      fc
        .tuple(fc.nat(whole.length), fc.uint8Array({ maxLength: 20 }))
        .map(([at, noise]) =>
          Buffer.concat([whole.subarray(Math.max(0, at - 4000), at), noise, whole.subarray(at, at + 4000)]),
        ),
    );
    fc.assert(
      fc.property(bytes, (garbage) => {
        for (const interest of ['everything', 'signals'] as const) {
          expect(summaryOf(eventsOf(backend, [garbage], interest)).turn).toMatch(/^(none|succeeded|failed)$/);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('comes to the same summary by signals alone, whatever the records are', () => {
    fc.assert(
      fc.property(fc.array(oddRecord, { maxLength: 12 }), (records) => {
        const bytes = log(...records);
        expect(summaryOf(eventsOf(backend, [bytes], 'signals'))).toEqual(
          summaryOf(eventsOf(backend, [bytes])),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('reads a record behind a hole of zero bytes, and gives what is no record as output', () => {
    const record = recordedStdout(versions[agent], 'ok-tools').toString().split('\n')[0]!;
    const hole = Buffer.from(`${'\0'.repeat(50)}${record}\n`);
    expect(eventsOf(backend, [hole], 'signals')).toMatchObject([{ type: 'session', position: 0 }]);
    expect(eventsOf(backend, [Buffer.from('Oops\n{"type":\n[1]\n')]).map(({ type }) => type)).toEqual([
      'output',
      'output',
      'output',
    ]);
    expect(eventsOf(backend, [Buffer.from('Oops\n{"type":\n[1]\n')], 'signals')).toEqual([]);
  });
});
