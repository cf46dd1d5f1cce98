import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskReason, TaskStatus } from '@dispatch/core';
import { expect, test } from 'vitest';
import { waitStatus } from '../../src/commands/wait.ts';
import { phrases, stateWords } from '../../src/print/state-words.ts';
import { exitStatusOf } from '../../src/print/status.ts';

const state = (status: TaskStatus, reason: TaskReason, attempt_alive: boolean | null = false) => ({
  status,
  reason,
  attempt_alive,
});

test('a state in words', () => {
  expect(stateWords(state('failed', 'rate_limit'))).toBe('failed: rate limit');
  expect(stateWords(state('awaiting_user', 'question'))).toBe('has a question');
  expect(stateWords(state('running', 'working', true))).toBe('running');
  expect(stateWords(state('running', 'working', null))).toBe('running?');
  expect(stateWords(state('running', 'starting', null))).toBe('starting');
});

test('every phrase is of a state that there is', () => {
  const file = join(import.meta.dirname, '../../../../docs/schemas/task.schema.json');
  const schema = JSON.parse(readFileSync(file, 'utf8')) as {
    properties: Record<'status' | 'reason', { anyOf: { const: string }[] }>;
  };
  const known = (name: 'status' | 'reason') => schema.properties[name].anyOf.map((one) => one.const);
  const [statuses, reasons] = [known('status'), known('reason')];
  for (const state of Object.keys(phrases)) {
    const [status = '', reason = ''] = state.split('/');
    expect(statuses).toContain(status);
    expect(reasons).toContain(reason);
  }
});

test('exit statuses of commands that wait', () => {
  const completed = state('completed', 'turn_succeeded');
  const asking = state('awaiting_user', 'question');
  const failed = state('failed', 'auth');
  const cancelled = state('cancelled', 'user');
  const running = state('running', 'working');
  expect([completed, asking, failed, cancelled].map(exitStatusOf)).toEqual([0, 20, 21, 22]);
  expect(waitStatus([completed, asking, failed], { any: false, timedOut: false })).toBe(21);
  expect(waitStatus([completed, running], { any: false, timedOut: true })).toBe(23);
  expect(waitStatus([completed, running], { any: true, timedOut: false })).toBe(0);
  expect(waitStatus([running, asking], { any: true, timedOut: false })).toBe(20);
});
