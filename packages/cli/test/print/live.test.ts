import type { Progress } from '@dispatch/runtime';
import { expect, test } from 'vitest';
import { liveLine, type Moment } from '../../src/print/live.ts';
import { widthOf } from '../../src/print/width.ts';
import { now, page } from '../outside.ts';

const before = (seconds: number): number => now - seconds * 1000;

function moment(fields: Partial<Moment> = {}, progress: Partial<Progress> = {}): Moment {
  return {
    state: { status: 'running', reason: 'working', attempt_alive: true },
    started_at: new Date(before(65)).toISOString(),
    progress: { usage: null, open_tools: [], ...progress },
    said: null,
    ...fields,
  };
}

const usage = { input_tokens: 12_400, output_tokens: 310, cached_input_tokens: null, cost_usd: 0.02 };

test.for<[string, Moment]>([
  ['● running 1:05', moment()],
  ['● running', moment({ started_at: null, progress: null })],
  ['● running 1:05 · Bash 0:12', moment({}, { open_tools: [{ name: 'Bash', since_ms: before(12) }] })],
  [
    '● running 1:05 · half done␛[2J · Bash 0:12',
    moment({ said: 'half done\x1b[2J' }, { open_tools: [{ name: 'Bash', since_ms: before(12) }] }),
  ],
  [
    '● running 1:05 · Bash and 1 more 0:12 · 12k in, 310 out, $0.0200',
    moment(
      {},
      {
        usage,
        open_tools: [
          { name: 'Bash', since_ms: before(12) },
          { name: 'Read', since_ms: before(3) },
        ],
      },
    ),
  ],
  [
    '? has a question 1:05',
    moment({ state: { status: 'awaiting_user', reason: 'question', attempt_alive: true } }),
  ],
])('%s', ([line, shown]) => {
  expect(liveLine(shown, page())).toBe(line);
});

test('it fits, whatever a tool is called', () => {
  const named = moment(
    {},
    { usage, open_tools: [{ name: `日本\x1b[2J\n${'x'.repeat(200)}`, since_ms: now }] },
  );
  for (let width = 1; width < 100; width++) {
    const line = liveLine(named, page(width));
    expect(widthOf(line)).toBeLessThan(Math.max(width, 2));
    expect(line).not.toContain('\x1b');
  }
});
