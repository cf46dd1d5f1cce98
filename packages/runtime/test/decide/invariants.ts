import type { Action, Ending, Facts } from '../../src/decide/index.ts';

/** One statement of the architecture page about every case; `broken` says whether an action goes against it. */
export interface Invariant {
  says: string;
  broken: (facts: Facts, action: Action) => boolean;
}

/** How an attempt would be closed by this action, or null. */
export function endingIn(action: Action): Ending | null {
  if (action.do === 'close') return action.ending;
  return action.do === 'take_claim' ? action.then : null;
}

const launches = (action: Action): boolean => action.do === 'relaunch' || endingIn(action)?.next != null;

/** Status and reason as the lifecycle's table pairs them, but for those of a living attempt. */
const pairs: Record<string, readonly string[]> = {
  pending: ['starting'],
  awaiting_user: ['question', 'answered', 'discussion_draft', 'plan_incomplete', 'interrupted', 'by_hand'],
  completed: ['worker_marked_done', 'turn_succeeded'],
  cancelled: ['user'],
  failed: [
    'agent_error',
    'auth',
    'quota',
    'rate_limit',
    'overloaded',
    'model_unavailable',
    'refused',
    'output_limit',
    'context_length',
    'network',
    'timeout',
    'stalled',
    'session_lost',
    'session_taken',
    'backend_missing',
    'not_started',
    'verification',
  ],
};

const works = ({ life }: Facts): boolean => ['working', 'lingering', 'timeout', 'stalled'].includes(life);

const isCheck = ({ kind }: Facts): boolean => kind === 'check' || kind === 'last_check';

const byHand = ({ kind }: Facts): boolean => kind === 'by_hand';

/** Nothing that comes before the outcome, of agent or check, in the order of the decision. */
const heard = (facts: Facts): boolean => facts.life === 'ended' && facts.mail === 'quiet';

/** The same of an attempt of the agent. */
const undisturbed = (facts: Facts): boolean =>
  !isCheck(facts) &&
  !byHand(facts) &&
  facts.life === 'ended' &&
  facts.mail === 'quiet' &&
  (facts.stop === 'none' || facts.stop === 'finished');

/** The agent said that it does not know the session. */
const unknownSession = ({ session }: Facts): boolean => session === 'unstarted' || session === 'lost';

const is = (action: Action, status: string, reason: string): boolean =>
  endingIn(action)?.status === status && endingIn(action)?.reason === reason;

const mayResume = ({ automatic }: Facts): boolean => automatic === 'both' || automatic === 'interruption';
const mayContinue = ({ automatic }: Facts): boolean => automatic === 'both' || automatic === 'continuation';

export const invariants: Invariant[] = [
  {
    says: 'what cannot be judged is only waited for',
    broken: (facts, action) => facts.life === 'unknown' && action.do !== 'wait',
  },
  {
    says: 'an attempt whose claim is lost is waited for, and only a cancel closes it, with everything seen gone',
    broken: (facts, action) => {
      if (facts.life !== 'claim_lost') return false;
      if (facts.stop !== 'cancel') return action.do !== 'wait';
      return action.do !== 'close' || action.sweep !== 'task' || !is(action, 'cancelled', 'user');
    },
  },
  {
    says: 'nothing ends and nothing is launched while the agent works',
    broken: (facts, action) => works(facts) && (endingIn(action) !== null || launches(action)),
  },
  {
    says: 'a stop that was asked for is carried on while the agent works',
    broken: (facts, action) => works(facts) && facts.stop !== 'none' && action.do !== 'stop',
  },
  {
    says: 'a working agent is asked to stop only for the limit that is over',
    broken: (facts, action) => {
      if (!works(facts) || facts.stop !== 'none') return false;
      if (byHand(facts)) return action.do !== 'wait';
      const why = facts.life === 'lingering' ? 'finished' : facts.life;
      return facts.life === 'working'
        ? action.do !== 'wait'
        : action.do !== 'request_stop' || action.why !== why;
    },
  },
  {
    says: 'an ended attempt is closed at once',
    broken: (facts, action) => facts.life === 'ended' && action.do !== 'close',
  },
  {
    says: 'a cancel wins over everything that came of the attempt',
    broken: (facts, action) =>
      facts.stop === 'cancel' && endingIn(action) !== null && !is(action, 'cancelled', 'user'),
  },
  {
    says: 'only a cancel cancels',
    broken: (facts, action) => facts.stop !== 'cancel' && endingIn(action)?.status === 'cancelled',
  },
  {
    says: 'after a cancel nothing is launched',
    broken: (facts, action) => facts.stop === 'cancel' && launches(action),
  },
  {
    says: 'a cancelled attempt that was never claimed is claimed for nobody',
    broken: ({ life, stop }, action) =>
      stop === 'cancel' &&
      ['unclaimed', 'overdue', 'never_claimed'].includes(life) &&
      action.do !== 'take_claim',
  },
  {
    says: 'what we stop for cancel or time is closed only when nothing of it is left, a check always, and alone',
    broken: (facts, action) => {
      if (action.do !== 'close') return false;
      const ofCheck = isCheck(facts) && facts.stop !== 'cancel';
      const stopped = ['cancel', 'timeout', 'stalled'].includes(facts.stop);
      return action.sweep !== (ofCheck ? 'attempt' : stopped ? 'task' : null);
    },
  },
  {
    says: 'an attempt without a launcher waits for its time, is launched again, and then fails as not started',
    broken: ({ life, stop, kind }, action) => {
      if (stop === 'cancel' || kind === 'by_hand') return false;
      if (life === 'unclaimed') return action.do !== 'wait';
      if (life === 'overdue') return action.do !== 'relaunch';
      return life === 'never_claimed' && (action.do !== 'take_claim' || !is(action, 'failed', 'not_started'));
    },
  },
  {
    says: 'only an attempt whose time is up is launched again',
    broken: ({ life }, action) => action.do === 'relaunch' && life !== 'overdue',
  },
  {
    says: 'a pending question goes before answers, limits and outcomes',
    broken: (facts, action) =>
      facts.life === 'ended' &&
      facts.stop !== 'cancel' &&
      facts.mail === 'question' &&
      !is(action, 'awaiting_user', 'question'),
  },
  {
    says: 'an answer that nobody took goes before limits and outcomes',
    broken: (facts, action) =>
      facts.life === 'ended' &&
      facts.stop !== 'cancel' &&
      facts.mail === 'answer' &&
      !is(action, 'awaiting_user', 'answered'),
  },
  {
    says: 'a stop for time fails with that time, whatever the agent said',
    broken: ({ life, stop, mail, kind }, action) =>
      life === 'ended' &&
      mail === 'quiet' &&
      !['check', 'last_check', 'by_hand'].includes(kind) &&
      (stop === 'timeout' || stop === 'stalled') &&
      !is(action, 'failed', stop),
  },
  {
    says: 'success comes from an outcome that succeeded only',
    broken: ({ outcome }, action) => {
      const ending = endingIn(action);
      return (ending?.status === 'completed' || ending?.outcome === 'succeeded') && outcome !== 'succeeded';
    },
  },
  {
    says: 'a succeeded turn is never told as an outcome that failed',
    broken: (facts, action) =>
      undisturbed(facts) && facts.outcome === 'succeeded' && endingIn(action)?.outcome !== 'succeeded',
  },
  {
    says: 'a direct task whose turn succeeded is completed',
    broken: (facts, action) =>
      undisturbed(facts) &&
      facts.outcome === 'succeeded' &&
      facts.plan === 'direct' &&
      facts.kind === 'turn' &&
      endingIn(action)?.status !== 'completed',
  },
  {
    says: 'a draft waits for the user, checked or not, and nothing else is one',
    broken: (facts, action) => {
      const due = undisturbed(facts) && facts.outcome === 'succeeded' && facts.plan === 'draft';
      return due !== is(action, 'awaiting_user', 'discussion_draft');
    },
  },
  {
    says: 'a plan is completed when it is complete, marker and all, and only then',
    broken: (facts, action) => {
      if (!undisturbed(facts) || facts.outcome !== 'succeeded') return false;
      if (facts.plan === 'direct' || facts.plan === 'draft') return false;
      if (facts.plan === 'complete' && facts.kind === 'checked_turn') return false;
      return (facts.plan === 'complete') !== is(action, 'completed', 'worker_marked_done');
    },
  },
  {
    says: 'a failed item fails the plan, a blocked one leaves it to the user, both naming the item',
    broken: (facts, action) => {
      if (!undisturbed(facts) || facts.outcome !== 'succeeded') return false;
      const named = endingIn(action)?.detail?.includes('the item') === true;
      if (facts.plan === 'failed_item') return !named || endingIn(action)?.status !== 'failed';
      return facts.plan === 'blocked_item' && (!named || !is(action, 'awaiting_user', 'plan_incomplete'));
    },
  },
  {
    says: 'an open plan is continued where that is allowed and possible, and is else incomplete',
    broken: (facts, action) => {
      if (!undisturbed(facts) || facts.outcome !== 'succeeded' || facts.plan !== 'open') return false;
      if (mayContinue(facts) && facts.session === 'resumable') return endingIn(action)?.next !== 'continue';
      return !is(action, 'awaiting_user', 'plan_incomplete');
    },
  },
  {
    says: 'only an open plan is continued',
    broken: (facts, action) =>
      endingIn(action)?.next === 'continue' && (facts.plan !== 'open' || facts.outcome !== 'succeeded'),
  },
  {
    says: 'nothing that is to be checked completes before it is',
    broken: (facts, action) => facts.kind === 'checked_turn' && endingIn(action)?.status === 'completed',
  },
  {
    says: 'what claims success is checked where it is to be, and else is left to the user where no check may follow',
    broken: (facts, action) => {
      const claims = facts.plan === 'direct' || facts.plan === 'complete';
      const due =
        undisturbed(facts) && facts.outcome === 'succeeded' && claims && facts.kind === 'checked_turn';
      if (due && facts.automatic === 'neither') return !is(action, 'awaiting_user', 'interrupted');
      return due && endingIn(action)?.next !== 'verify';
    },
  },
  {
    says: 'a check that succeeds completes the task, whatever else is known of session and plan',
    broken: (facts, action) =>
      isCheck(facts) &&
      heard(facts) &&
      (facts.stop === 'none' || facts.stop === 'finished') &&
      facts.outcome === 'succeeded' &&
      endingIn(action)?.status !== 'completed',
  },
  {
    says: 'a check that was cut off runs again, unless nothing may follow',
    broken: (facts, action) => {
      const cutOff =
        isCheck(facts) &&
        heard(facts) &&
        (facts.stop === 'none' || facts.stop === 'finished') &&
        facts.outcome === 'cut_off';
      if (cutOff && facts.automatic === 'neither') return !is(action, 'awaiting_user', 'interrupted');
      return cutOff && endingIn(action)?.next !== 'verify';
    },
  },
  {
    says: 'a check that fails, or takes too long, goes back into the session, and the last one fails the task',
    broken: (facts, action) => {
      if (!isCheck(facts) || !heard(facts) || facts.stop === 'cancel') return false;
      const overTime = facts.stop === 'timeout' || facts.stop === 'stalled';
      if (!overTime && (facts.outcome === 'succeeded' || facts.outcome === 'cut_off')) return false;
      const may = facts.kind === 'check' && facts.session === 'resumable' && facts.automatic !== 'neither';
      if (endingIn(action)?.outcome !== 'failed') return true;
      return may ? endingIn(action)?.next !== 'verify_failed' : !is(action, 'failed', 'verification');
    },
  },
  {
    says: 'what was done by hand is launched, limited and judged by nobody: it waits for its user, interrupted where it was cut off',
    broken: (facts, action) => {
      if (!byHand(facts)) return endingIn(action)?.reason === 'by_hand';
      if (launches(action) || action.do === 'request_stop') return true;
      if (facts.stop === 'cancel' || endingIn(action) === null) return false;
      if (facts.life !== 'ended') return !is(action, 'awaiting_user', 'by_hand');
      if (facts.mail !== 'quiet') return false;
      return !is(action, 'awaiting_user', facts.outcome === 'cut_off' ? 'interrupted' : 'by_hand');
    },
  },
  {
    says: 'only a check fails a verification or goes back for one',
    broken: (facts, action) =>
      !isCheck(facts) &&
      (endingIn(action)?.reason === 'verification' || endingIn(action)?.next === 'verify_failed'),
  },
  {
    says: 'a failed turn, and a silent exit, fail by their class',
    broken: (facts, action) =>
      undisturbed(facts) &&
      !unknownSession(facts) &&
      (facts.outcome === 'failed' || facts.outcome === 'silent_exit') &&
      !is(action, 'failed', 'quota'),
  },
  {
    says: 'what was cut off is resumed if that is allowed and possible, and is else left to the user',
    broken: (facts, action) => {
      if (!undisturbed(facts) || facts.outcome !== 'cut_off' || unknownSession(facts)) return false;
      if (mayResume(facts) && facts.session === 'resumable') return endingIn(action)?.next !== 'interrupted';
      return !is(action, 'awaiting_user', 'interrupted');
    },
  },
  {
    says: 'a lost session fails as that',
    broken: (facts, action) =>
      undisturbed(facts) &&
      facts.session === 'lost' &&
      facts.outcome !== 'succeeded' &&
      !is(action, 'failed', 'session_lost'),
  },
  {
    says: 'only a lost session fails as that',
    broken: (facts, action) => facts.session !== 'lost' && endingIn(action)?.reason === 'session_lost',
  },
  {
    says: 'a session that never began is begun again with the prompt, only where the agent does not know it',
    broken: (facts, action) =>
      facts.session === 'unstarted' && undisturbed(facts) && facts.outcome !== 'succeeded'
        ? endingIn(action)?.next !== (facts.automatic === 'neither' ? null : 'session_unknown')
        : endingIn(action)?.next === 'session_unknown',
  },
  {
    says: 'where nothing may follow by itself nothing does',
    broken: ({ automatic }, action) => automatic === 'neither' && endingIn(action)?.next != null,
  },
  {
    says: 'another attempt follows exactly where the task is pending',
    broken: (_facts, action) => {
      const ending = endingIn(action);
      return ending !== null && (ending.next !== null) !== (ending.status === 'pending');
    },
  },
  {
    says: 'every ending is a pair of the table',
    broken: (_facts, action) => {
      const ending = endingIn(action);
      return ending !== null && pairs[ending.status]?.includes(ending.reason) !== true;
    },
  },
  {
    says: 'not started is an attempt that no launcher claimed',
    broken: ({ life, kind }, action) => {
      if (endingIn(action)?.outcome !== 'not_started') return false;
      return life !== 'never_claimed' && !(life === 'overdue' && kind === 'by_hand');
    },
  },
];
