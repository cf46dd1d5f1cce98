import { describe, expect, it } from 'vitest';
import { decide, factValues } from '../../src/decide/index.ts';
import { details, everyCase } from './every-case.ts';
import { invariants } from './invariants.ts';

const cases = everyCase();

describe('the decision over the full product of its facts', () => {
  it('has at most eight facts, and so few cases that all can be tried', () => {
    expect(Object.keys(factValues).length).toBeLessThanOrEqual(8);
    const product = Object.values(factValues).reduce((so, values) => so * values.length, 1);
    expect(new Set(cases.map((one) => JSON.stringify(one))).size).toBe(product);
    expect(product).toBeLessThan(300_000);
  });

  it.each(invariants)('$says', ({ broken }) => {
    expect(cases.filter((facts) => broken(facts, decide(facts, details))).slice(0, 3)).toEqual([]);
  });

  it('gives the same action whenever it is asked', () => {
    for (const facts of cases.filter((_one, index) => index % 97 === 0))
      expect(decide({ ...facts }, details)).toEqual(decide(facts, details));
  });

  it('names a class where the agent named none', () => {
    const silent = { ...details, failure: null };
    const ended = cases.filter(
      ({ life, stop, mail, outcome, session, kind }) =>
        life === 'ended' &&
        stop === 'none' &&
        mail === 'quiet' &&
        outcome === 'silent_exit' &&
        session === 'resumable' &&
        (kind === 'turn' || kind === 'checked_turn'),
    );
    expect(ended.length).toBeGreaterThan(0);
    for (const facts of ended)
      expect(decide(facts, silent)).toMatchObject({ ending: { status: 'failed', reason: 'agent_error' } });
  });

  it.each([
    ['timeout', 'the limit of 20m is over'],
    ['stalled', 'nothing new came for the limit of 1m30s'],
  ] as const)('names the limit where %s was why it was stopped', (stop, detail) => {
    const stopped = cases.filter(
      (one) =>
        one.life === 'ended' && one.stop === stop && one.mail === 'quiet' && one.kind === 'checked_turn',
    );
    expect(stopped.length).toBeGreaterThan(0);
    for (const facts of stopped)
      expect(decide(facts, details)).toMatchObject({ ending: { status: 'failed', reason: stop, detail } });
  });
});
