import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asMessage, showLines } from '../src/show.ts';
import { nextStep } from '../src/task.ts';

const task = {
  id: '1m8pej1ddeszda',
  title: 'Paint the button.',
  status: 'awaiting_user',
  reason: 'question',
  detail: null,
  hint: null,
  backend: 'codex',
  model: 'gpt-5.5',
  attempt_alive: true,
};
const questions = [{ sequence: '001', question: 'Which colour?\nRed or blue?' }];

test('a task that asks', () => {
  expect(
    showLines('inspect', { task_id: task.id, task, pending_questions: questions, recent_events: [] }),
  ).toEqual([
    '1m8pej1ddeszda  Paint the button.',
    'has a question, codex gpt-5.5',
    'next: /dispatch answer TEXT',
    'question 001:',
    '│ Which colour?',
    '│ Red or blue?',
  ]);
});

test('a task that was started, with what the user should know', () => {
  const started = {
    task_id: task.id,
    created: false,
    task: { ...task, status: 'running', reason: 'starting' },
  };
  expect(
    showLines('run', { ...started, why: 'You said so.', notices: ['it has no network'], start_hint: null }),
  ).toEqual([
    'There was this task already, under the same key.',
    '1m8pej1ddeszda  Paint the button.',
    'starting, codex gpt-5.5',
    'next: /dispatch logs',
    'You said so.',
    'note: it has no network',
  ]);
});

test('what the docs show of every command is shown without a gap', () => {
  const folder = join(import.meta.dirname, '../../../docs/examples');
  for (const name of readdirSync(folder)) {
    const { command, prints } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
      command: string;
      prints: { data: unknown };
    };
    const [first = '', second = ''] = command.replace('dispatch --json ', '').split(' ');
    const lines = showLines(first, prints.data);
    expect(lines.length, `${first} ${second}`).toBeGreaterThan(0);
    expect(lines.join('\n'), `${first} ${second}`).not.toMatch(/undefined|\[object|NaN/);
  }
});

test('long journals and lists show their newest, a long text its beginning', () => {
  const events = Array.from({ length: 30 }, (_, at) => ({
    sequence: at + 1,
    timestamp: '',
    message: `event ${at + 1}`,
  }));
  const shown = showLines('events', events);
  expect(shown[0]).toBe('… 10 older events');
  expect(shown.at(-1)).toContain('event 30');
  const rows = Array.from({ length: 21 }, (_, at) => ({ ...task, task_id: `task-${at}` }));
  expect(showLines('list', rows).at(-1)).toBe('… 1 older tasks');
  expect(showLines('list', rows)[0]).toBe('task-0  has a question          codex     Paint the button.');
  const body = Array.from({ length: 80 }, (_, at) => `line ${at}`).join('\n');
  expect(showLines('template', { kind: 'generic', body }).slice(-2)).toEqual([
    'line 59',
    '… 20 more lines: type the same as `dispatch …` in a shell',
  ]);
});

test('what a worker wrote is neither Markdown nor control sequence', () => {
  const message = asMessage('answer *now* `x`', ['```', '\x1b[2Jgone\u202e\u{e0041}\ud800', '````']);
  expect(message).toBe(
    '`````text\n/dispatch answer *now* `x`\n\n```\n␛[2Jgone<U+202E><U+E0041>\ufffd\n````\n`````',
  );
});

test.each([
  ['pending', 'sandboxed_host', false, 'to be started', '/dispatch start'],
  ['running', 'working', true, 'running', '/dispatch logs'],
  ['running', 'working', null, 'running?', '/dispatch logs'],
  ['running', 'retrying_in_agent', true, 'running, retrying', '/dispatch logs'],
  ['awaiting_user', 'interrupted', false, 'interrupted', '/dispatch resume TEXT'],
  ['awaiting_user', 'question', true, 'has a question', '/dispatch answer TEXT'],
  ['awaiting_user', 'question', false, 'has a question', '/dispatch answer --resume TEXT'],
  ['awaiting_user', 'answered', false, 'answered, to be resumed', '/dispatch resume'],
  ['awaiting_user', 'plan_incomplete', false, 'plan not finished', '/dispatch resume TEXT'],
  ['completed', 'turn_succeeded', false, 'completed', '/dispatch result · /dispatch resume TEXT'],
  ['failed', 'agent_error', false, 'failed: agent error', '/dispatch logs · /dispatch resume TEXT'],
  ['cancelled', 'user', false, 'cancelled', '/dispatch resume TEXT'],
  ['hibernating', 'of_a_later_version', false, 'hibernating: of a later version', '/dispatch logs'],
])('%s/%s, alive %s: %s', (status, reason, alive, words, next) => {
  const lines = showLines('status', { ...task, status, reason, attempt_alive: alive });
  expect(lines[1]).toBe(`${words}, codex gpt-5.5`);
  expect(nextStep({ status, reason, attempt_alive: alive })).toBe(next);
});
