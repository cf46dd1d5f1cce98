import type { TaskView } from '@dispatch/runtime';
import { expect, test } from 'vitest';
import { nextCommands, nextLines } from '../../src/print/next.ts';
import { page } from '../outside.ts';

const task = (status: string, reason: string, attempt_alive: boolean | null = false) =>
  ({ id: 'abcd', status, reason, attempt_alive }) as TaskView;

test('a question is answered, and resumed only where nobody waits', () => {
  expect(nextCommands(task('awaiting_user', 'question', true), null)).toEqual([
    'dispatch answer abcd --message "…"',
  ]);
  expect(nextCommands(task('awaiting_user', 'question', false), null)).toEqual([
    'dispatch answer abcd --message "…" --resume',
  ]);
});

test('the root that was typed is typed again, quoted for a shell', () => {
  expect(nextCommands(task('awaiting_user', 'answered'), "/a b/it's")).toEqual([
    "dispatch --root '/a b/it'\\''s' resume abcd",
  ]);
});

test('the command that was just typed is not recommended', () => {
  expect(nextLines(task('completed', 'turn_succeeded'), null, page(), 'result')).toEqual([
    'Next: dispatch resume abcd --message "…"',
  ]);
});

test('every state has something to type', () => {
  for (const status of ['pending', 'running', 'awaiting_user', 'completed', 'failed', 'cancelled'])
    for (const reason of [
      'starting',
      'sandboxed_host',
      'question',
      'answered',
      'plan_incomplete',
      'interrupted',
      'auth',
    ])
      expect(nextCommands(task(status, reason), null).length).toBeGreaterThan(0);
});
