import type { Task } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import {
  findMarked,
  signalProcess,
  type MarkedProcess,
  type ProcessEntry,
  type ProcessTable,
} from '../processes/index.ts';

const killAfterMs = 700;

/**
 * Ends every process of our own uid that carries the mark of a task, or of one of its attempts, wherever it put itself:
 * SIGTERM, then SIGKILL. It is over when two looks in a row have found none.
 */
export class Sweep {
  #startedMs: number | null = null;
  #clearLooks = 0;
  remaining: MarkedProcess[] = [];
  /** The only attempt that it is for; null for all of the task. */
  readonly attempt: number | null;

  constructor(attempt: number | null = null) {
    this.attempt = attempt;
  }

  /** One step; true once nothing is left. */
  step(dispatcher: Dispatcher, task: Task, look: () => ProcessTable): boolean {
    const now = dispatcher.machine.monotonicMs();
    const first = this.#startedMs === null;
    this.#startedMs ??= now;
    this.remaining = markedOf(dispatcher, task, look(), this.attempt);
    if (this.remaining.length === 0) {
      this.#clearLooks += 1;
      return this.#clearLooks >= 2;
    }
    this.#clearLooks = 0;
    const signal = now - this.#startedMs >= killAfterMs ? 'SIGKILL' : first ? 'SIGTERM' : null;
    if (signal !== null) for (const one of this.remaining) signalProcess(one, signal);
    return false;
  }
}

/** Every living process of the task, or of one of its attempts, but ourselves; where `among` is given, of those alone. */
export function markedOf(
  dispatcher: Dispatcher,
  task: Task,
  table: ProcessTable,
  only: number | null = null,
  among?: readonly ProcessEntry[],
): MarkedProcess[] {
  const attempts = only === null ? task.attempts : task.attempts.filter(({ attempt }) => attempt === only);
  const recorded = attempts.flatMap((attempt) => {
    const { claim, leader } = attempt;
    const launcher =
      claim?.pid != null && claim.start_time !== null && claim.boot_id === dispatcher.machine.bootId()
        ? [{ pid: claim.pid, start_time: claim.start_time }]
        : [];
    return leader === null || launcher.length === 0 ? launcher : [...launcher, leader];
  });
  return findMarked(table, {
    taskId: task.id,
    attempt: only ?? undefined,
    rootPath: dispatcher.store.root,
    uid: dispatcher.machine.uid,
    recorded,
    excludedPids: [process.pid],
    among,
  });
}
