import {
  elapsedMs,
  isTerminal,
  livingAttempt,
  setActiveMarker,
  type Journal,
  type Task,
} from '@dispatch/core';
import { afterEnd, dropMarkers, Sweep } from '../act/index.ts';
import { continueTask } from '../attempts/automatic.ts';
import type { Dispatcher } from '../dispatcher.ts';
import { finishHandOver, journalRecorder, observeMailbox } from '../observe/index.ts';
import type { ProcessTable } from '../processes/index.ts';
import { AttemptCycle } from './attempt-cycle.ts';
import { TaskWatch, type Nudge } from './task-watch.ts';
import { awaitsStart, needsSupervisor } from './work.ts';

const slowPollMs = 5000;
const blindPollMs = 500;
const floodPollMs = 20;
const unsettledMs = 250;

/** One task in the supervisor's hands. */
export class TaskKeeper {
  readonly id: string;
  readonly #dispatcher: Dispatcher;
  readonly #journal: Journal;
  readonly #watch: TaskWatch;
  readonly #wake: () => void;
  readonly #onFlood: () => void;
  #cycle: AttemptCycle | null = null;
  #sweep: Sweep | null = null;
  #nudge: Nudge | null = 'look';
  #sequence = -1;
  #dueMs = 0;
  /** When a log that is polled is read on. */
  #readDueMs = Number.POSITIVE_INFINITY;
  #closedAttempt = -1;
  #closing: Promise<void> | null = null;
  #task: Task | null = null;
  failed = false;

  constructor(dispatcher: Dispatcher, id: string, wake: () => void, onFlood: () => void) {
    this.id = id;
    this.#dispatcher = dispatcher;
    this.#journal = dispatcher.store.journal(id);
    this.#wake = wake;
    this.#onFlood = onFlood;
    this.#watch = new TaskWatch(this.#journal.taskDir, (kind) => this.nudge(kind));
  }

  /** Whether this task keeps the supervisor: a living attempt, or something that is to be carried out. */
  get hasWork(): boolean {
    const task = this.#task;
    if (task === null) return !this.failed;
    if (this.#closing !== null) return true;
    return needsSupervisor(task);
  }

  /** Whether there is nothing more to come for it here, given whether a marker still names it. */
  isDone(marked: boolean): boolean {
    if (this.#closing !== null) return false;
    return !marked || (this.#task !== null && isTerminal(this.#task) && !this.hasWork);
  }

  /** Milliseconds from `nowMs` to the next look that is due by itself. */
  wait(nowMs: number): number {
    if (this.#nudge !== null) return 0;
    return Math.max(0, Math.min(this.#dueMs, this.#readDueMs) - nowMs);
  }

  nudge(kind: Nudge): void {
    if (this.#nudge !== 'look') this.#nudge = kind;
    this.#wake();
  }

  /** Resolves once nothing is done for the task any more. */
  async close(): Promise<void> {
    this.#watch.close();
    await this.#closing;
  }

  /** A step has thrown: what it met may be gone at the next slow poll. */
  fail(nowMs: number): void {
    this.failed = true;
    this.#dueMs = nowMs + slowPollMs;
  }

  /** One step if one is due. `look` is one look at the processes, shared by all tasks of a round. */
  async step(look: () => ProcessTable): Promise<void> {
    const now = elapsedMs();
    if (this.wait(now) > 0) return;
    const nudge = this.#nudge;
    this.#nudge = null;
    const state = this.#journal.refresh();
    if (state.task === null || state.gap !== null || state.newer_version) {
      this.#task = state.task;
      return this.fail(now);
    }
    this.failed = false;
    const changed = state.position.sequence !== this.#sequence;
    this.#task = state.task;
    const due = now >= this.#dueMs;
    if (nudge !== 'look' && !changed && !due && this.#cycle !== null) {
      this.#readOn(this.#cycle, state.task);
    } else {
      await this.#look(state.task, look, now);
      this.#sequence = this.#journal.refresh().position.sequence;
    }
    this.#readDueMs = this.#watch.flooded ? elapsedMs() + floodPollMs : Number.POSITIVE_INFINITY;
  }

  /** The log grew, or grows so fast that it is polled, and nothing else happened. */
  #readOn(cycle: AttemptCycle, task: Task): void {
    const { grew, behind, told } = cycle.readOn(task);
    this.#watch.settle(elapsedMs(), grew);
    if (behind) this.#readOnSoon();
    if (told) this.nudge('look');
  }

  async #look(task: Task, look: () => ProcessTable, now: number): Promise<void> {
    const next = await this.#work(task, look);
    this.#task = this.#journal.refresh().task ?? this.#task;
    this.#dueMs = Math.min(this.#nextPoll(now), now + (next ?? Number.POSITIVE_INFINITY));
    if (next === 0) this.#nudge = 'look';
    else if (this.#cycle?.logBehind) this.#readOnSoon();
  }

  /** More was printed than one step reads. */
  #readOnSoon(): void {
    this.#onFlood();
    this.nudge('log');
  }

  /** The slow poll of all tasks falls on the same moments, so that one look at the processes serves them all. */
  #nextPoll(now: number): number {
    return this.#watch.watching ? (Math.floor(now / slowPollMs) + 1) * slowPollMs : now + blindPollMs;
  }

  async #work(task: Task, look: () => ProcessTable): Promise<number | null> {
    const living = livingAttempt(task);
    if (living === null) {
      this.#cycle = null;
      return this.#workBetween(task, look);
    }
    if (this.#cycle?.memory.attempt !== living.attempt)
      this.#cycle = new AttemptCycle(this.#dispatcher, this.#journal, task);
    const offset = this.#cycle.memory.log?.offset ?? 0;
    const next = this.#cycle.look(task, look);
    this.#watch.settle(elapsedMs(), (this.#cycle.memory.log?.offset ?? 0) > offset);
    return next;
  }

  async #workBetween(task: Task, look: () => ProcessTable): Promise<number | null> {
    const last = task.attempts.at(-1);
    if (last !== undefined && this.#closedAttempt !== last.attempt) {
      this.#closedAttempt = last.attempt;
      this.#closing = this.#afterEnd(task);
    }
    if (this.#closing !== null) return null;
    const unsettled = observeMailbox(this.#dispatcher, journalRecorder(this.#journal, task), true);
    finishHandOver(task);
    if (task.cancel_requested_at !== null) return this.#cancelBetween(task, look);
    if (awaitsStart(task)) {
      await continueTask(this.#dispatcher, this.#journal, task);
      return 0;
    }
    dropMarkers(this.#dispatcher, task);
    this.#keepMarkerOfCancel();
    return unsettled ? unsettledMs : null;
  }

  /** Beside the loop: git may take seconds to look at a workspace, and other agents end meanwhile. */
  async #afterEnd(task: Task): Promise<void> {
    try {
      await afterEnd(this.#dispatcher, task);
    } catch (error) {
      console.error(new Date().toISOString(), this.id, error);
    }
    this.#closing = null;
    this.nudge('look');
  }

  /** A cancel of what an ended task has left running, committed since we read the journal, sets the same marker. */
  #keepMarkerOfCancel(): void {
    const { task } = this.#journal.refresh();
    if (task === null || task.cancel_requested_at === null) return;
    setActiveMarker(this.#dispatcher.store, { id: task.id, attempt: task.attempts.at(-1)?.attempt ?? 0 });
  }

  #cancelBetween(task: Task, look: () => ProcessTable): number {
    this.#sweep ??= new Sweep();
    if (!this.#sweep.step(this.#dispatcher, task, look)) return this.#sweep.remaining.length === 0 ? 5 : 100;
    this.#sweep = null;
    const last = task.attempts.at(-1);
    if (isTerminal(task) && last !== undefined)
      this.#journal.record({
        kind: 'leftovers_ended',
        message: 'what the task had left running was ended',
        data: { attempt: last.attempt, remaining: [] },
      });
    else
      this.#journal.record({
        kind: 'status_changed',
        message: 'cancelled by the user',
        data: { status: 'cancelled', reason: 'user', detail: null },
      });
    return 0;
  }
}
