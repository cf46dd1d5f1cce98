import { existsSync } from 'node:fs';
import type { TurnSummary } from '@dispatch/backends';
import { livingAttempt, markGrantClaimed, type Attempt, type Journal, type Task } from '@dispatch/core';
import { closeAttempt, StopProgress, Sweep, takeClaim } from '../act/index.ts';
import { attemptFiles } from '../attempts/paths.ts';
import { GrantMismatch, launchAttempt, requireGrant } from '../attempts/launch.ts';
import { decide, type Action, type Ending } from '../decide/index.ts';
import type { Dispatcher } from '../dispatcher.ts';
import {
  AttemptMemory,
  grantOf,
  journalRecorder,
  logGrowth,
  observeAttempt,
  type Observation,
} from '../observe/index.ts';
import { isLiving, lookAtProcess, type ProcessTable } from '../processes/index.ts';

/** Milliseconds until the next look; null where only a change on disk or the slow poll asks for one. */
export type NextLook = number | null;

const stoppingMs = 100;
const orphanedMs = 250;
const unsettledMs = 250;
const leaderMs = 50;
const leavingMs = 1;
const leavingLooksAtMost = 20;
const logPerLook = 16 * 1024 * 1024;

/** What reading on in the log, without a look at anything else, has shown. */
export interface ReadOn {
  grew: boolean;
  /** More of it waits to be read. */
  behind: boolean;
  /** Something that asks for a full look. */
  told: boolean;
}

/** One living attempt in the supervisor's hands: observe, decide, act. It can be dropped and begun again at any time. */
export class AttemptCycle {
  readonly memory: AttemptMemory;
  readonly #dispatcher: Dispatcher;
  readonly #journal: Journal;
  #stop: StopProgress | null = null;
  #sweep: Sweep | null = null;
  #soonMs = 1;
  #logBytes = 0;
  #exitSeen = false;
  #leavingLooks = 0;
  #claimRemembered = false;
  /** Whether the last look left some of the log unread. */
  logBehind = false;

  constructor(dispatcher: Dispatcher, journal: Journal, task: Task) {
    const attempt = livingAttempt(task);
    if (attempt === null) throw new TypeError('an attempt cycle needs a living attempt');
    this.#dispatcher = dispatcher;
    this.#journal = journal;
    this.memory = new AttemptMemory(attempt, grantOf(dispatcher, task, attempt));
  }

  /** Cheap enough for every wake. Where the log is no evidence only its size is looked at. */
  readOn(task: Task): ReadOn {
    const attempt = livingAttempt(task);
    if (attempt === null) return { grew: false, behind: false, told: true };
    const ended = this.#exitIsNew(task, attempt);
    const { log } = this.memory;
    try {
      if (log === null) return { grew: this.#hasGrown(attempt.stdout_path), behind: false, told: ended };
      const { summary: before, offset } = log;
      log.read(logPerLook);
      const told = ended || tellsMore(before, log.summary);
      return { grew: log.offset > offset, behind: log.offset - offset >= logPerLook, told };
    } catch {
      // The full look says what is wrong with it.
      return { grew: false, behind: false, told: true };
    }
  }

  /** Told once: while the rest of its group ends, the looks follow each other by themselves. */
  #exitIsNew(task: Task, attempt: Attempt): boolean {
    if (this.#exitSeen) return false;
    const files = attemptFiles(task.artifacts.outputs_dir, attempt.attempt, attempt.attempt_nonce);
    this.#exitSeen = existsSync(files.exit);
    return this.#exitSeen;
  }

  #hasGrown(path: string): boolean {
    const bytes = logGrowth(path)?.bytes ?? 0;
    const grew = bytes > this.#logBytes;
    this.#logBytes = bytes;
    return grew;
  }

  /** One full look. Returns when the next is due; the attempt may be closed then. */
  look(task: Task, look: () => ProcessTable): NextLook {
    if (this.#launcherIsLeaving(task)) return leavingMs;
    const recorder = journalRecorder(this.#journal, task);
    const observation = observeAttempt({
      dispatcher: this.#dispatcher,
      recorder,
      memory: this.memory,
      look,
      logLimit: logPerLook,
    });
    this.logBehind = observation?.logBehind === true;
    if (observation === null) return 0;
    this.#rememberClaim(task, observation);
    const action = decide(observation.facts, observation.details);
    return this.#act(recorder.task, observation, action, look);
  }

  /** It is gone a moment after its record, and until then a look at all processes shows nothing new. */
  #launcherIsLeaving(task: Task): boolean {
    const attempt = livingAttempt(task);
    const claim = attempt?.claim;
    if (attempt === null || claim?.pid == null || this.#leavingLooks >= leavingLooksAtMost) return false;
    const files = attemptFiles(task.artifacts.outputs_dir, attempt.attempt, attempt.attempt_nonce);
    if (!existsSync(files.exit)) return false;
    this.#leavingLooks += 1;
    const entry = lookAtProcess(claim.pid);
    return entry !== null && isLiving(entry) && entry.start_time === claim.start_time;
  }

  #rememberClaim(task: Task, { attempt }: Observation): void {
    if (this.#claimRemembered || attempt.claim === null) return;
    markGrantClaimed(this.#dispatcher.home, task.id, attempt.attempt_nonce);
    this.#claimRemembered = true;
  }

  #act(task: Task, observation: Observation, action: Action, look: () => ProcessTable): NextLook {
    switch (action.do) {
      case 'wait':
        return this.#wait(observation);
      case 'relaunch':
        return this.#relaunch(task, observation);
      case 'take_claim':
        if (takeClaim(this.#dispatcher, task, observation)) this.#close(task, observation, action.then);
        return 0;
      case 'request_stop':
        this.#journal.record({
          kind: 'stop_requested',
          message: `attempt ${observation.attempt.attempt} is to be stopped: ${action.why}`,
          data: { attempt: observation.attempt.attempt, why: action.why },
        });
        return 0;
      case 'stop': {
        this.#stop ??= new StopProgress();
        const interrupt = this.memory.backend?.interrupt_signal ?? 'SIGTERM';
        this.#stop.step(this.#dispatcher, task, observation, interrupt, look());
        return stoppingMs;
      }
      case 'close':
        return this.#closeWhenClear(task, observation, action, look);
    }
  }

  #wait(observation: Observation): NextLook {
    const { liveness, facts } = observation;
    if (liveness.state === 'alive' && (liveness.agent === 'gone' || liveness.exitRecorded)) {
      this.#soonMs = Math.min(this.#soonMs * 2, 50);
      return this.#soonMs;
    }
    this.#soonMs = 1;
    if (facts.life === 'unclaimed') return 500;
    // The launcher has not come to the agent yet; who it is has to be known before it ends.
    if (liveness.state === 'alive' && liveness.leader === null) return leaderMs;
    // Nobody is left to record the agent's end, so nothing on disk will tell of it.
    if (liveness.state === 'alive' && !launcherLives(observation)) return orphanedMs;
    const next = Math.min(observation.untilNextLimit, observation.mailUnsettled ? unsettledMs : Infinity);
    return Number.isFinite(next) ? Math.max(10, next) : null;
  }

  #relaunch(task: Task, observation: Observation): NextLook {
    const { attempt } = observation;
    try {
      const grant = requireGrant(this.#dispatcher, task, attempt);
      this.#journal.record({
        kind: 'attempt_relaunched',
        message: `no launcher has claimed attempt ${attempt.attempt}; launched again`,
        data: { attempt: attempt.attempt, try: attempt.relaunches + 1 },
      });
      launchAttempt(this.#dispatcher, task, attempt, grant);
      return 500;
    } catch (error) {
      const mismatch = error instanceof GrantMismatch;
      const detail = error instanceof Error ? error.message : String(error);
      const ending: Ending = {
        outcome: 'not_started',
        status: mismatch ? 'awaiting_user' : 'failed',
        reason: mismatch ? 'interrupted' : 'not_started',
        detail: mismatch ? `grant_mismatch: ${detail}` : detail,
        next: null,
      };
      if (takeClaim(this.#dispatcher, task, observation)) this.#close(task, observation, ending);
      return 0;
    }
  }

  #closeWhenClear(
    task: Task,
    observation: Observation,
    action: Extract<Action, { do: 'close' }>,
    look: () => ProcessTable,
  ): NextLook {
    const endLeftovers = (observation.grant?.settings ?? task.settings).leftovers === 'end';
    const scope = action.sweep ?? (endLeftovers ? 'task' : null);
    if (scope !== null) {
      const only = scope === 'attempt' ? observation.attempt.attempt : null;
      if (this.#sweep?.attempt !== only) this.#sweep = new Sweep(only);
      if (!this.#sweep.step(this.#dispatcher, task, look))
        return this.#sweep.remaining.length === 0 ? 5 : stoppingMs;
      observation.leftovers = [];
    }
    this.#close(task, observation, action.ending);
    return 0;
  }

  #close(task: Task, observation: Observation, ending: Ending): void {
    closeAttempt(this.#journal, task, observation, ending);
  }
}

function launcherLives({ attempt, liveness }: Observation): boolean {
  return liveness.state === 'alive' && liveness.members.some(({ pid }) => pid === attempt.claim?.pid);
}

function tellsMore(before: TurnSummary, after: TurnSummary): boolean {
  return (
    after.turn !== before.turn ||
    after.established !== before.established ||
    after.session_id !== before.session_id ||
    (after.retrying === null) !== (before.retrying === null)
  );
}
