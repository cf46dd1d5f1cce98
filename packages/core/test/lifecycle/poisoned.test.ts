import { describe, expect, it } from 'vitest';
import { isSessionPoisoned, type Attempt, type Session, type Task } from '../../src/index.ts';

const failed = {
  resumes_session: true,
  outcome: 'failed',
  reason: 'agent_error',
  model_took_part: false,
} as Attempt;
const task = (...attempts: Partial<Attempt>[]): Pick<Task, 'session' | 'attempts'> => ({
  session: { established: true } as Session,
  attempts: [{ resumes_session: false }, ...attempts].map((one) => one as Attempt),
});

describe('a session', () => {
  it('is poisoned where two resumes in a row failed alike before the model took part', () => {
    expect(isSessionPoisoned(task(failed, failed))).toBe(true);
    expect(isSessionPoisoned(task({ ...failed, model_took_part: true }, failed, failed))).toBe(true);
  });

  it.each<[string, Partial<Attempt>]>([
    ['the model took part', { model_took_part: true }],
    ['nobody can tell whether it did', { model_took_part: null }],
    ['it succeeded', { outcome: 'succeeded', reason: 'turn_succeeded' }],
    ['it was interrupted', { outcome: 'interrupted', reason: 'interrupted' }],
    ['it failed otherwise', { reason: 'context_length' }],
    ['another session began', { resumes_session: false }],
    ['it lives', { outcome: null, reason: null }],
  ])('is not where once %s', (_what, once) => {
    expect(isSessionPoisoned(task({ ...failed, ...once }, failed))).toBe(false);
    expect(isSessionPoisoned(task(failed, { ...failed, ...once }))).toBe(false);
  });

  it.each([
    'auth',
    'quota',
    'rate_limit',
    'overloaded',
    'network',
    'model_unavailable',
    'session_lost',
  ] as const)('is not to blame for %s', (reason) =>
    expect(isSessionPoisoned(task({ ...failed, reason }, { ...failed, reason }))).toBe(false),
  );

  it('is not poisoned before it is established, nor after a single failure', () => {
    expect(isSessionPoisoned(task(failed))).toBe(false);
    expect(isSessionPoisoned({ ...task(failed, failed), session: null })).toBe(false);
    const never = { established: false } as Session;
    expect(isSessionPoisoned({ ...task(failed, failed), session: never })).toBe(false);
  });
});
