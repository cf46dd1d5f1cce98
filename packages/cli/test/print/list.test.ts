import type { TaskRow } from '@dispatch/runtime';
import { expect, test } from 'vitest';
import { listLines, screenLines } from '../../src/print/list.ts';
import { widthOf } from '../../src/print/width.ts';
import { now, page } from '../outside.ts';

const everything = { limit: null, root: null };

function row(fields: Partial<TaskRow>): TaskRow {
  const at = new Date(now - 180_000).toISOString();
  return {
    task_id: '1m7ysm06hsqz4n',
    title: 'Fix the login',
    status: 'running',
    reason: 'working',
    detail: null,
    backend: 'claude',
    model: null,
    created_at: at,
    updated_at: at,
    pending_question_count: 0,
    attempt_alive: true,
    usage: null,
    damage: null,
    ...fields,
  };
}

test('a row says id, state, age, agent and title', () => {
  expect(listLines([row({})], everything, page())[1]).toBe(
    '1m7ysm06hsqz4n  running  3 min ago  claude  Fix the login',
  );
});

test('what was used stands there where any agent tells it', () => {
  const usage = { input_tokens: 41_000, output_tokens: 1_200, cached_input_tokens: 9, cost_usd: null };
  const lines = listLines([row({ usage }), row({})], everything, page());
  expect(lines[0]).toContain('AGENT   TOKENS  TITLE');
  expect(lines[1]).toContain('claude  42k     Fix the login');
  expect(lines[2]).toContain('claude          Fix the login');
});

test('lines fit the terminal, whatever titles hold', () => {
  const rows = [row({ title: `日本語 \u001b[2J ${'lang '.repeat(20)}` }), row({ title: 'a\nb' })];
  const lines = listLines(rows, everything, page(70));
  for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(70);
  expect(lines.join('\n')).not.toContain('\u001b');
  expect(lines).toHaveLength(3);
});

test('a task that cannot be read is a row that says why', () => {
  const damaged = row({ created_at: '', updated_at: '', title: '', backend: '', damage: 'no journal' });
  const lines = listLines([damaged], everything, page());
  expect(lines[1]).toBe('1m7ysm06hsqz4n  unreadable');
  expect(lines[2]).toBe('1m7ysm06hsqz4n: no journal');
});

test('it is said where there are more, and what to type where there are none', () => {
  expect(listLines([row({}), row({})], { limit: 1, root: null }, page()).at(-1)).toBe(
    'There are more: dispatch list --all',
  );
  expect(listLines([], { limit: 1, root: '/r' }, page()).at(-1)).toBe(
    'Next: dispatch --root /r run --prompt "…"',
  );
});

test('on a low screen the newest are shown, and how many more there are', () => {
  const rows = Array.from({ length: 30 }, (_, at) => row({ task_id: `task${at}` }));
  const of = (limit: number | null, height: number) =>
    screenLines(rows, { limit, root: null }, page(80), height);
  expect(of(null, 40)).toHaveLength(31);
  expect(of(null, 10)).toHaveLength(10);
  expect(of(null, 10).at(-1)).toBe('… 22 more');
  expect(of(20, 10).at(-1)).toBe('… 12 more, and older ones: dispatch list --all');
  expect(of(20, 40).at(-1)).toBe('There are more: dispatch list --all');
  for (let height = 1; height < 40; height++)
    expect(of(null, height).length).toBeLessThanOrEqual(Math.max(1, height));
});

test('titles keep some room beside a long store, whose end is kept', () => {
  const found = [
    { ...row({ title: 'A title of some length' }), root: `/home/user/${'long/'.repeat(20)}.dispatch` },
  ];
  const lines = listLines(found, everything, page(100));
  expect(lines[1]).toMatch(/….*\.dispatch {2}A title of some l…$/);
  expect(widthOf(lines[1]!)).toBe(100);
});
