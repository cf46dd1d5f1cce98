import { describe, expect, it } from 'vitest';
import { decide, type Action, type Ending, type Facts } from '../../src/decide/index.ts';
import { details, everyCase } from './every-case.ts';
import { endingIn, invariants } from './invariants.ts';

/** Every seventh: seven divides no number of values, so all of these still meet. */
const cases = everyCase().filter((_one, index) => index % 7 === 0);

type Wrong = (facts: Facts, right: Action) => Action;

const wait: Action = { do: 'wait' };
const ending = (status: Ending['status'], reason: Ending['reason'], rest: Partial<Ending> = {}): Ending => ({
  outcome: 'failed',
  status,
  reason,
  detail: null,
  next: null,
  ...rest,
});

/** The right action with another ending. */
function ended(action: Action, change: (ending: Ending) => Partial<Ending>): Action {
  if (action.do === 'close') return { ...action, ending: { ...action.ending, ...change(action.ending) } };
  if (action.do === 'take_claim') return { ...action, then: { ...action.then, ...change(action.then) } };
  return action;
}

/** Asks again as if a fact were another. */
const asIf =
  (change: (facts: Facts) => Partial<Facts>): Wrong =>
  (facts) =>
    decide({ ...facts, ...change(facts) }, details);

const mutations: Record<string, Wrong> = {
  'takes a lost claim for an end': asIf(({ life }) => (life === 'claim_lost' ? { life: 'ended' } : {})),
  'takes unknown for ended': asIf(({ life }) => (life === 'unknown' ? { life: 'ended' } : {})),
  'takes unknown for unclaimed and overdue': asIf(({ life }) =>
    life === 'unknown' ? { life: 'overdue' } : {},
  ),
  'ends a working attempt': asIf(({ life }) => (life === 'timeout' ? { life: 'ended' } : {})),
  'relaunches a working attempt': (facts, right) =>
    facts.life === 'working' && facts.stop === 'none' ? { do: 'relaunch' } : right,
  'relaunches before its time': asIf(({ life }) => (life === 'unclaimed' ? { life: 'overdue' } : {})),
  'relaunches without end': asIf(({ life }) => (life === 'never_claimed' ? { life: 'overdue' } : {})),
  'never relaunches': asIf(({ life }) => (life === 'overdue' ? { life: 'unclaimed' } : {})),
  'launches what was cancelled': (facts, right) => (facts.life === 'overdue' ? { do: 'relaunch' } : right),
  'forgets a cancel': asIf(({ stop }) => (stop === 'cancel' ? { stop: 'none' } : {})),
  'takes a timeout for a cancel': asIf(({ stop }) => (stop === 'timeout' ? { stop: 'cancel' } : {})),
  'lets a question win over a cancel': (facts, right) =>
    facts.mail === 'question' && facts.life === 'ended'
      ? {
          do: 'close',
          sweep: facts.stop === 'none' ? null : 'task',
          ending: ending('awaiting_user', 'question'),
        }
      : right,
  'waits for ever for an ended attempt': (facts, right) => (facts.life === 'ended' ? wait : right),
  'does not stop what was to be stopped': asIf(({ life }) => (life === 'working' ? { stop: 'none' } : {})),
  'stops for no reason': (facts, right) =>
    facts.life === 'working' && facts.stop === 'none' ? { do: 'request_stop', why: 'stalled' } : right,
  'mixes up its limits': asIf(({ life }) => (life === 'lingering' ? { life: 'timeout' } : {})),
  'closes a cancelled attempt before its processes are gone': (_facts, right) =>
    right.do === 'close' ? { ...right, sweep: null } : right,
  'ends the leftovers of a good end': (_facts, right) =>
    right.do === 'close' ? { ...right, sweep: 'task' } : right,
  'passes over a question': asIf(({ mail }) => (mail === 'question' ? { mail: 'quiet' } : {})),
  'passes over an answer': asIf(({ mail }) => (mail === 'answer' ? { mail: 'quiet' } : {})),
  'takes an answer for a question': asIf(({ mail }) => (mail === 'answer' ? { mail: 'question' } : {})),
  'takes timeout for stalled': asIf(({ life, stop }) =>
    life === 'ended' && stop === 'timeout' ? { stop: 'stalled' } : {},
  ),
  'lets a success undo a timeout': asIf(({ life, stop, outcome }) =>
    life === 'ended' && stop === 'timeout' && outcome === 'succeeded' ? { stop: 'none' } : {},
  ),
  'takes silence for success': asIf(({ outcome }) =>
    outcome === 'silent_exit' ? { outcome: 'succeeded' } : {},
  ),
  'takes an interruption for success': asIf(({ outcome }) =>
    outcome === 'cut_off' ? { outcome: 'succeeded' } : {},
  ),
  'takes success for failure': asIf(({ outcome }) => (outcome === 'succeeded' ? { outcome: 'failed' } : {})),
  'calls a completed outcome failed': (_facts, right) =>
    ended(right, ({ status }) => (status === 'completed' ? { outcome: 'failed' } : {})),
  'completes a plan without its marker': asIf(({ plan }) => (plan === 'open' ? { plan: 'complete' } : {})),
  'never completes a plan': asIf(({ plan }) => (plan === 'complete' ? { plan: 'open' } : {})),
  'completes a plan with a failed item': asIf(({ plan }) =>
    plan === 'failed_item' ? { plan: 'direct' } : {},
  ),
  'continues a blocked plan': asIf(({ plan }) => (plan === 'blocked_item' ? { plan: 'open' } : {})),
  'completes a draft': asIf(({ plan }) => (plan === 'draft' ? { plan: 'direct' } : {})),
  'takes a turn for a draft': asIf(({ plan }) => (plan === 'direct' ? { plan: 'draft' } : {})),
  'does not name the item': (_facts, right) => ended(right, () => ({ detail: null })),
  'never continues a plan': asIf(({ plan }) => (plan === 'open' ? { automatic: 'neither' } : {})),
  'continues a plan where only interruptions may': asIf(({ plan, automatic }) =>
    plan === 'open' && automatic === 'interruption' ? { automatic: 'continuation' } : {},
  ),
  'tells a failed turn as an interruption': asIf(({ outcome }) =>
    outcome === 'failed' ? { outcome: 'cut_off' } : {},
  ),
  'tells an interruption as a failure': asIf(({ outcome }) =>
    outcome === 'cut_off' ? { outcome: 'silent_exit' } : {},
  ),
  'resumes where it may not': asIf(({ outcome }) => (outcome === 'cut_off' ? { automatic: 'both' } : {})),
  'resumes without a session': asIf(({ session }) => (session === 'none' ? { session: 'resumable' } : {})),
  'never resumes': asIf(({ outcome }) => (outcome === 'cut_off' ? { automatic: 'neither' } : {})),
  'resumes a lost session': asIf(({ session }) => (session === 'lost' ? { session: 'resumable' } : {})),
  'starts a lost session afresh': asIf(({ session }) => (session === 'lost' ? { session: 'unstarted' } : {})),
  'gives up a session that never began': asIf(({ session }) =>
    session === 'unstarted' ? { session: 'lost' } : {},
  ),
  'starts an interrupted session afresh': asIf(({ session }) =>
    session === 'resumable' ? { session: 'unstarted' } : {},
  ),
  'announces what does not follow': (_facts, right) =>
    ended(right, ({ status }) => (status === 'pending' ? { next: null } : {})),
  'lets something follow an end': (_facts, right) =>
    ended(right, ({ status }) => (status === 'failed' ? { next: 'interrupted' } : {})),
  'pairs a status with a foreign reason': (_facts, right) =>
    ended(right, ({ reason }) => (reason === 'interrupted' ? { reason: 'timeout' } : {})),
  'leaves a task running': (_facts, right) =>
    ended(right, ({ reason }) =>
      reason === 'plan_incomplete' ? { status: 'running' as Ending['status'] } : {},
    ),
  'completes what is to be checked': asIf(({ kind }) => (kind === 'checked_turn' ? { kind: 'turn' } : {})),
  'checks what nobody asked to be checked': asIf(({ kind }) =>
    kind === 'turn' ? { kind: 'checked_turn' } : {},
  ),
  'takes a check for a turn': asIf(({ kind }) => (kind === 'check' ? { kind: 'turn' } : {})),
  'sends a check back without end': asIf(({ kind }) => (kind === 'last_check' ? { kind: 'check' } : {})),
  'never sends a check back': asIf(({ kind }) => (kind === 'check' ? { kind: 'last_check' } : {})),
  'counts a check that was cut off': (facts, right) =>
    facts.kind === 'check' && facts.outcome === 'cut_off'
      ? ended(right, () => ({ status: 'failed', reason: 'verification', next: null }))
      : right,
  'takes a check that was cut off for passed': asIf(({ kind, outcome }) =>
    kind === 'check' && outcome === 'cut_off' ? { outcome: 'succeeded' } : {},
  ),
  'fails a turn for a check': (facts, right) =>
    facts.kind === 'turn'
      ? ended(right, ({ status }) => (status === 'failed' ? { reason: 'verification' } : {}))
      : right,
  'takes what was done by hand for a turn': asIf(({ kind }) => (kind === 'by_hand' ? { kind: 'turn' } : {})),
  'takes an end for not started': (facts, right) =>
    facts.life === 'ended' ? ended(right, () => ({ outcome: 'not_started' })) : right,
};

/** Which statements each wrong decision breaks. */
const brokenBy = new Map(
  Object.entries(mutations).map(([name, wrong]) => {
    const actions = cases.map((facts) => wrong(facts, decide(facts, details)));
    const broken = invariants.filter((one) =>
      cases.some((facts, index) => one.broken(facts, actions[index]!)),
    );
    return [name, broken.map(({ says }) => says)] as const;
  }),
);

describe('the invariants', () => {
  it.each(Object.keys(mutations))('find a decision that %s', (name) => {
    expect(brokenBy.get(name)).not.toEqual([]);
  });

  it('are each needed: every one is broken by some wrong decision', () => {
    const bitten = new Set([...brokenBy.values()].flat());
    expect(invariants.map(({ says }) => says).filter((says) => !bitten.has(says))).toEqual([]);
  });

  it('are kept by the right decision, and see an ending wherever one is', () => {
    const actions = cases.map((facts) => decide(facts, details));
    expect(
      invariants.filter(({ broken }) => cases.some((facts, index) => broken(facts, actions[index]!))),
    ).toEqual([]);
    expect(actions.filter((action) => endingIn(action) !== null).length).toBeGreaterThan(cases.length / 10);
  });
});
