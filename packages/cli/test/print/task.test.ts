import type { TaskView } from '@dispatch/runtime';
import { expect, test } from 'vitest';
import { taskLines, whyLines } from '../../src/print/task.ts';
import { now, page } from '../outside.ts';

function sessionLine(backendType: string, session: { established: boolean; given_up: boolean }): string {
  const at = new Date(now).toISOString();
  const task = {
    id: 'abcd',
    title: 'Fix the login',
    status: 'running',
    reason: 'working',
    detail: null,
    attempt_alive: true,
    liveness: { state: 'alive' },
    backend: backendType,
    backend_type: backendType,
    model: null,
    execution_mode: 'auto',
    workspace_root: '/w',
    task_mode: 'direct',
    created_at: at,
    updated_at: at,
    session: { locator: { kind: 'id', value: 'the-session' }, ...session },
    usage: null,
    retry: null,
    hint: null,
    verification: null,
    attempts: [],
    artifacts: { task_file: '/w/.dispatch/tasks/abcd/task.json' },
  } as unknown as TaskView;
  return taskLines(task, page(), null)
    .find((line) => line.includes('the-session'))!
    .trim();
}

test.each([
  ['codex', { established: false, given_up: false }, 'session    the-session, not yet established'],
  ['codex', { established: true, given_up: false }, 'session    the-session'],
  ['generic', { established: false, given_up: false }, 'session    the-session'],
  ['generic', { established: false, given_up: true }, 'session    the-session, given up'],
])('the session of a %s task with %j', (type, session, line) => {
  expect(sessionLine(type, session)).toBe(line);
});

test('why it stands there, since when it waits by itself, and what to do, at the root that was typed', () => {
  const task = {
    detail: 'Too many requests',
    retry: {
      class: 'rate_limit',
      since: new Date(now - 60_000).toISOString(),
      until: new Date(now).toISOString(),
      message: '429',
    },
    hint: 'dispatch cancel abcd ends that',
  } as unknown as TaskView;
  expect(whyLines(task, page(), '/r')).toEqual([
    '  Too many requests',
    `  since 1 min ago, again at ${new Date(now).toISOString().slice(11, 19)} UTC: 429`,
    '  dispatch --root /r cancel abcd ends that',
  ]);
});
