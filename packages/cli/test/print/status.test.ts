import type { TaskReason, TaskStatus } from '@dispatch/core';
import { expect, test } from 'vitest';
import { TaskReason as Reason, TaskStatus as Status } from '../../../core/src/records/vocabulary.ts';
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
  const known = [Status, Reason].map(({ anyOf }) => anyOf.map((one) => one.const as string));
  for (const state of Object.keys(phrases)) {
    const [status = '', reason = ''] = state.split('/');
    expect([known[0]!.includes(status), known[1]!.includes(reason)], state).toEqual([true, true]);
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
