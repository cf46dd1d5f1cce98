import { pendingQuestions, type Attempt, type Settings, type Task } from '@dispatch/core';
import type { Facts } from '../decide/facts.ts';

export type WorkingLife = Extract<Facts['life'], 'working' | 'lingering' | 'timeout' | 'stalled'>;

/** What counts for the limits at one look. Milliseconds. */
export interface ClockReading {
  /** CLOCK_MONOTONIC, which stands still while the machine sleeps. */
  monotonicMs: number;
  wallMs: number;
  /** Size and last change of the agent's log. */
  log: { bytes: number; mtimeMs: number } | null;
  openTools: boolean;
}

/**
 * Time that counts for one attempt's limits. Sleep never does; time in which nobody looked does; while a question is
 * pending and the log does not grow, all of it stands still.
 */
export class AttemptClock {
  #last: ClockReading | null = null;
  activeMs = 0;
  /** Since the last new byte, no tool being open. */
  idleMs = 0;
  /** Since the last new byte, whatever is open. */
  quietMs = 0;

  look(task: Task, attempt: Attempt, now: ClockReading): void {
    const pending = pendingQuestions(task);
    if (this.#last === null) this.#adopt(task, attempt, now);
    else this.#goOn(this.#last, now, pending.length > 0);
    this.#last = now;
  }

  #adopt(task: Task, attempt: Attempt, now: ClockReading): void {
    const until = pendingQuestions(task)[0]?.asked_monotonic_ms ?? now.monotonicMs;
    this.activeMs = Math.max(0, until - attempt.started_monotonic_ms - attempt.paused_ms);
    const sinceGrowth = now.log === null ? this.activeMs : wallSinceGrowth(attempt, now, now.log.mtimeMs);
    this.quietMs = Math.min(sinceGrowth, this.activeMs);
    const waited = now.log === null ? 0 : waitedSince(task, now.log.mtimeMs, now.wallMs);
    this.idleMs = now.openTools ? 0 : Math.max(0, Math.min(sinceGrowth - waited, this.activeMs));
  }

  #goOn(last: ClockReading, now: ClockReading, pending: boolean): void {
    const passed = Math.max(0, now.monotonicMs - last.monotonicMs);
    const grown = (now.log?.bytes ?? 0) !== (last.log?.bytes ?? 0);
    if (!pending || grown) this.activeMs += passed;
    this.quietMs = grown ? 0 : this.quietMs + passed;
    if (grown || now.openTools) this.idleMs = 0;
    else if (!pending) this.idleMs += passed;
  }

  /** Whether a limit is over, and which; `graceMs` only where a final end of turn has been seen. */
  limit(settings: Settings, graceMs: number | null): WorkingLife {
    if (graceMs !== null && this.quietMs >= graceMs) return 'lingering';
    if (settings.timeout_seconds !== null && this.activeMs >= settings.timeout_seconds * 1000)
      return 'timeout';
    if (settings.stall_timeout_seconds !== null && this.idleMs >= settings.stall_timeout_seconds * 1000)
      return 'stalled';
    return 'working';
  }

  /** Milliseconds until a limit may be over, so that a look can be planned. */
  untilNextLimit(settings: Settings, graceMs: number | null): number {
    const waits = [Number.POSITIVE_INFINITY];
    if (graceMs !== null) waits.push(graceMs - this.quietMs);
    if (settings.timeout_seconds !== null) waits.push(settings.timeout_seconds * 1000 - this.activeMs);
    if (settings.stall_timeout_seconds !== null)
      waits.push(settings.stall_timeout_seconds * 1000 - this.idleMs);
    return Math.max(0, Math.min(...waits));
  }
}

/** The log's time is of the wall clock, which goes on while the machine sleeps; that time counts for nothing. */
function wallSinceGrowth(attempt: Attempt, now: ClockReading, mtimeMs: number): number {
  const wallPassed = now.wallMs - Date.parse(attempt.started_at);
  const slept = Math.max(0, wallPassed - (now.monotonicMs - attempt.started_monotonic_ms));
  return Math.max(0, now.wallMs - mtimeMs - slept);
}

/** Milliseconds of the wall clock after `fromMs` in which some question was pending. */
function waitedSince(task: Task, fromMs: number, nowMs: number): number {
  let waited = 0;
  let upTo = fromMs;
  const waits = task.questions.map(({ asked_at, answered_at }) => ({
    from: Date.parse(asked_at),
    to: answered_at === null ? nowMs : Date.parse(answered_at),
  }));
  for (const { from, to } of waits.sort((a, b) => a.from - b.from)) {
    waited += Math.max(0, to - Math.max(from, upTo));
    upTo = Math.max(upTo, to);
  }
  return waited;
}
