import { expect, it } from 'vitest';
import type { Attempt, Task, Usage } from '@dispatch/core';
import { toldSoFar } from '../../src/act/ended.ts';

const use = (input: number): Usage => ({
  input_tokens: input,
  output_tokens: 1,
  cached_input_tokens: null,
  cost_usd: null,
});
const attempt = (number: number, more: Partial<Attempt>): Attempt =>
  ({
    attempt: number,
    kind: 'one_shot',
    cause: 'resume',
    resumes_session: number > 0,
    usage: null,
    usage_told: null,
    ...more,
  }) as Attempt;
const told = (attempts: Attempt[], begins_from: Task['begins_from'] = null) =>
  toldSoFar({ attempts, begins_from } as Task, attempts);
const from = (how: 'fork' | 'adopt', usage_told: Usage | null = null) =>
  ({ how, session: { kind: 'id', value: 's' }, task_id: null, usage_told }) as const;

it.each<[string, ReturnType<typeof told>, unknown]>([
  ['nothing was told yet', told([attempt(0, {})]), 'nothing'],
  ['told last', told([attempt(0, { usage_told: use(5) }), attempt(1, { usage_told: use(8) })]), use(8)],
  [
    'told, and counted for itself by another version since',
    told([attempt(0, { usage_told: use(5) }), attempt(1, { usage: use(3) })]),
    { ...use(8), output_tokens: 2 },
  ],
  [
    'of this session only',
    told([attempt(0, { usage_told: use(5) }), attempt(1, { resumes_session: false, usage: use(3) })]),
    use(3),
  ],
  [
    'after work by hand',
    told([attempt(0, { usage_told: use(5) }), attempt(1, { kind: 'interactive' })]),
    'unknown',
  ],
  [
    'told again after work by hand',
    told([attempt(0, {}), attempt(1, { kind: 'interactive' }), attempt(2, { usage_told: use(9) })]),
    use(9),
  ],
  ['in a session that was adopted', told([], from('adopt')), 'unknown'],
  ['in a copy', told([attempt(0, { cause: 'fork' })], from('fork', use(7))), use(7)],
  ['in a copy of what nobody knows', told([attempt(0, { cause: 'fork' })], from('fork')), 'unknown'],
  [
    'in a session that was begun instead of a copy',
    told(
      [attempt(0, { cause: 'fork' }), attempt(1, { cause: 'fresh', resumes_session: false })],
      from('fork', use(7)),
    ),
    'nothing',
  ],
])('what was %s', (_what, said, expected) => expect(said).toEqual(expected));
