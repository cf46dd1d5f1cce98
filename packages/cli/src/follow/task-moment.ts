import { isTerminal } from '@dispatch/core';
import type { TaskView, TranscriptReading } from '@dispatch/runtime';
import type { Library, Reading } from '../library.ts';
import type { Moment } from '../print/live.ts';

/** A look at a task and its processes costs milliseconds, and a log may have many lines in one. */
const lookEveryMs = 1000;

/** What a line says of a task that is followed: as a look at it has it, not only its journal. */
export class TaskMoment {
  readonly #look: () => TaskView;
  #view: TaskView | null = null;
  #lookedMs = Number.NEGATIVE_INFINITY;

  constructor({ runtime, dispatcher }: Library<Reading>, id: string) {
    this.#look = () => runtime.statusOf(dispatcher, id);
  }

  /** Null once there is nothing to show: the task is over, or cannot be read this moment. */
  of(attempt: number, reading: TranscriptReading | null): Moment | null {
    const task = this.#task();
    if (task === null || isTerminal(task)) return null;
    const { started_at = null } = task.attempts[attempt] ?? {};
    const { progress: reported } = task;
    const said = reported?.attempt === attempt ? reported.message : null;
    return { state: task, started_at, progress: reading?.progress ?? null, said };
  }

  #task(): TaskView | null {
    const now = performance.now();
    if (now - this.#lookedMs < lookEveryMs) return this.#view;
    this.#lookedMs = now;
    try {
      this.#view = this.#look();
    } catch {
      // Whoever follows it tells what is wrong; this is called by a timer.
      this.#view = null;
    }
    return this.#view;
  }
}
