import type { FailureClass, Settings } from '@dispatch/core';

/** What a look at an attempt that has not been closed has shown; closed unions, so that a table can hold every case. */
export interface Facts {
  /**
   * `unclaimed`: no launcher has claimed it, and its time is not up; `overdue`: it is, and a launch may be tried again;
   * `never_claimed`: it is, and none may. `timeout` and `stalled`: it works, over that limit; `lingering`: it is there
   * still, though the agent declared a final end of turn, and its grace is over. `unknown`: cannot be judged from here;
   * `claim_lost`: neither, because its claim is gone or another one, though it runs on this machine if it runs at all.
   */
  life:
    | 'unclaimed'
    | 'overdue'
    | 'never_claimed'
    | 'working'
    | 'lingering'
    | 'timeout'
    | 'stalled'
    | 'ended'
    | 'unknown'
    | 'claim_lost';
  /**
   * By the agent's own events first, then its exit record. `silent_exit`: an exit record of its own making without an
   * end of turn; `cut_off`: neither an end of turn nor such a record.
   */
  outcome: 'succeeded' | 'failed' | 'silent_exit' | 'cut_off';
  /** What was asked of it, as the journal has it. */
  stop: 'none' | 'cancel' | 'timeout' | 'stalled' | 'finished';
  mail: 'quiet' | 'question' | 'answer';
  /** What the worker's plan says; `direct` where the task has none to keep, `draft` where it is only discussed. */
  plan: 'direct' | 'draft' | 'complete' | 'failed_item' | 'blocked_item' | 'open';
  /**
   * `unstarted`: the agent does not know a reference that was never established; `lost`: one that was; `none`: there is
   * no native session to go on with.
   */
  session: 'resumable' | 'unstarted' | 'lost' | 'none';
  /** What another attempt may follow by itself for: an interruption, or to go on with a plan (once). */
  automatic: 'both' | 'interruption' | 'continuation' | 'neither';
  /**
   * `turn`: an agent's own work; `checked_turn`: what claims success there is checked first; `check`: such a check, whose
   * failure goes back to the agent; `last_check`: one more time would be too often; `by_hand`: its user was at work.
   */
  kind: 'turn' | 'checked_turn' | 'check' | 'last_check' | 'by_hand';
}

/** Every value of every fact: the table test runs over their product. */
export const factValues: { [K in keyof Facts]: readonly Facts[K][] } = {
  life: [
    'unclaimed',
    'overdue',
    'never_claimed',
    'working',
    'lingering',
    'timeout',
    'stalled',
    'ended',
    'unknown',
    'claim_lost',
  ],
  outcome: ['succeeded', 'failed', 'silent_exit', 'cut_off'],
  stop: ['none', 'cancel', 'timeout', 'stalled', 'finished'],
  mail: ['quiet', 'question', 'answer'],
  plan: ['direct', 'draft', 'complete', 'failed_item', 'blocked_item', 'open'],
  session: ['resumable', 'unstarted', 'lost', 'none'],
  automatic: ['both', 'interruption', 'continuation', 'neither'],
  kind: ['turn', 'checked_turn', 'check', 'last_check', 'by_hand'],
};

/** The words that go with the facts into the journal; they decide nothing. */
export interface Details {
  failure: { class: FailureClass; message: string } | null;
  /** Text of the plan's item that failed or is blocked. */
  item: string | null;
  marked_done: boolean;
  limits: Pick<Settings, 'timeout_seconds' | 'stall_timeout_seconds'>;
}
