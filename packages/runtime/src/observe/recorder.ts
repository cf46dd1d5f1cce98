import { apply, type AnyDraft, type Journal, type JournalEvent, type Task } from '@dispatch/core';

/** Where observations go: into the journal, or, for commands that only read, into the fold in memory. */
export interface Recorder {
  readonly task: Task;
  /** Whether what is recorded outlasts this process. */
  readonly isDurable: boolean;
  /** Does nothing where the lifecycle has gone on without it. */
  record(draft: AnyDraft): void;
}

export function journalRecorder(journal: Journal, task: Task): Recorder {
  let current = task;
  return {
    isDurable: true,
    get task() {
      return current;
    },
    record(draft) {
      current = journal.record(draft) ?? journal.refresh().task ?? current;
    },
  };
}

export function memoryRecorder(task: Task, taskDir: string, now: () => Date): Recorder {
  let current = task;
  return {
    isDurable: false,
    get task() {
      return current;
    },
    record(draft) {
      const event = { ...draft, sequence: 0, nonce: '', timestamp: now().toISOString() } as JournalEvent;
      current = apply(current, event, taskDir) ?? current;
    },
  };
}
