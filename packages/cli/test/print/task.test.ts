import type { TaskView } from '@dispatch/runtime';
import { expect, test } from 'vitest';
import { taskLines } from '../../src/print/task.ts';
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
    attempts: [],
    artifacts: { task_file: '/w/.dispatch/tasks/abcd/task.json' },
  } as unknown as TaskView;
  return taskLines(task, page())
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
