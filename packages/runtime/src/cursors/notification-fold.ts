import {
  apply,
  foldVersion,
  isTerminal,
  journalStart,
  pendingQuestions,
  positionOf,
  type JournalEvent,
  type JournalPosition,
  type ScannedEvent,
  type Task,
} from '@dispatch/core';

/** A moment of a task of which its host has to take note. */
export interface Moment {
  type: 'question' | 'awaiting_user' | 'terminal';
  at: JournalPosition;
  timestamp: string;
  /** As it was then. */
  task: Task;
  /** Of a question: its number and hash. */
  question: { sequence: string; sha256: string } | null;
  /** How often the state had changed by then. */
  change: number;
}

/** Folds a journal and finds the moments in which its task ended, asked, or stopped to wait for the user. */
export class NotificationFold {
  readonly #taskDir: string;
  #task: Task | null = null;
  #position: JournalPosition = journalStart;
  #change = 0;
  /** What a newer version has done to the task is not ours to tell. */
  #isNewer = false;

  constructor(taskDir: string) {
    this.#taskDir = taskDir;
  }

  get task(): Task | null {
    return this.#task;
  }

  get position(): JournalPosition {
    return this.#position;
  }

  push(events: readonly ScannedEvent[]): Moment[] {
    return events.flatMap((scanned) => {
      this.#position = positionOf(scanned);
      if ((scanned.event.fold_version ?? 0) > foldVersion) this.#isNewer = true;
      if (!scanned.known || this.#isNewer) return [];
      return this.#step(scanned.event as JournalEvent) ?? [];
    });
  }

  /** Whether it still is as that moment says. */
  isCurrent({ question, change }: Moment): boolean {
    if (this.#task === null || this.#isNewer) return false;
    if (question === null) return change === this.#change;
    return (
      !isTerminal(this.#task) &&
      pendingQuestions(this.#task).some(
        ({ sequence, sha256 }) => sequence === question.sequence && sha256 === question.sha256,
      )
    );
  }

  #step(event: JournalEvent): Moment | null {
    const before = this.#task;
    const task = apply(before, event, this.#taskDir);
    this.#task = task;
    if (task === null || task === before) return null;
    const hasChanged = before?.status !== task.status || before.reason !== task.reason;
    if (hasChanged) this.#change += 1;
    const { timestamp } = event;
    const moment = { at: this.#position, timestamp, task, question: null, change: this.#change };
    if (event.kind === 'question_asked') {
      const { question: sequence, sha256 } = event.data;
      return isTerminal(task) ? null : { ...moment, type: 'question', question: { sequence, sha256 } };
    }
    if (!hasChanged) return null;
    if (isTerminal(task)) return { ...moment, type: 'terminal' };
    return task.status === 'awaiting_user' ? { ...moment, type: 'awaiting_user' } : null;
  }
}
