import { expect, it } from 'vitest';
import type { TaskReason } from '@dispatch/core';
import { hintFor } from '../../src/read/hint.ts';

const of = (reason: TaskReason) =>
  hintFor({ id: 'abcd', reason, backend: 'mine', session: null, attempts: [] });

it.each<TaskReason>([
  ...(['auth', 'quota', 'rate_limit', 'overloaded', 'network', 'model_unavailable', 'refused'] as const),
  ...([
    'output_limit',
    'context_length',
    'session_lost',
    'session_taken',
    'timeout',
    'stalled',
    'not_started',
    'agent_error',
    'verification',
  ] as const),
  'retrying_in_agent',
])('%s names the next command', (reason) => {
  expect(of(reason)).toMatch(/dispatch (resume|logs|result|doctor|cancel|ready)|start the task anew/);
});

it.each<TaskReason>(['working', 'turn_succeeded', 'user'])('%s says it all', (reason) => {
  expect(of(reason)).toBeNull();
});
