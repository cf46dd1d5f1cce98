import {
  lastCheck,
  livingAttempt,
  StoreError,
  pendingQuestions,
  readMailbox,
  type Journal,
  type JournalState,
  type Task,
} from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { endedData } from '../act/ended.ts';
import { decide } from '../decide/index.ts';
import {
  AttemptMemory,
  claimLiveness,
  grantOf,
  memoryRecorder,
  observeAttempt,
  observeMailbox,
} from '../observe/index.ts';
import { lookAtProcesses, type ProcessTable } from '../processes/index.ts';
import { callersSandbox } from '../tasks/sandboxed.ts';
import { hintFor } from './hint.ts';

/** A question that waits, as hosts are given it. */
export interface PendingQuestion {
  sequence: string;
  question: string;
  question_path: string;
  answer_path: string;
  done_path: string;
  asked_at: string;
}

/** A task as commands show it: the record, and what a look at its processes adds. */
export type TaskView = Task & {
  /** Null: cannot be judged from here. */
  attempt_alive: boolean | null;
  liveness: { state: 'none' | 'unclaimed' | 'alive' | 'ended' | 'unknown'; how: string };
  pending_question_count: number;
  /** What became of the check; the attempts say what became of the agent's turns. Null where none was asked for. */
  verification: Verification | null;
  /** What to do now, in a sentence that names the command; null where the state alone says it. */
  hint: string | null;
};

/** What became of the check of a task. */
export interface Verification {
  command: string;
  outcome: 'not_run' | 'running' | 'passed' | 'failed' | 'interrupted';
  /** Its attempt; null before it has begun. */
  attempt: number | null;
  exit_code: number | null;
}

/** Looks at one task without writing anything: what a supervisor would find out now is folded in memory. */
export class TaskReader {
  readonly #dispatcher: Dispatcher;
  readonly #judges: boolean;
  #table: ProcessTable | null = null;

  constructor(dispatcher: Dispatcher) {
    this.#dispatcher = dispatcher;
    this.#judges = callersSandbox(dispatcher) === null;
  }

  /** Throws StoreError where the journal cannot be read. */
  read(id: string): { view: TaskView; journal: Journal; state: JournalState } {
    const journal = this.#dispatcher.store.journal(id);
    const state = journal.refresh();
    if (state.task === null)
      throw new StoreError(
        'journal_damaged',
        `${journal.taskDir}/events.jsonl does not begin with the task's creation`,
        'restore it from a copy',
      );
    return { view: this.view(state.task, journal.taskDir), journal, state };
  }

  view(recorded: Task, taskDir: string): TaskView {
    const { clock } = this.#dispatcher;
    const recorder = memoryRecorder(recorded, taskDir, () => clock.now());
    const living = livingAttempt(recorded);
    if (!this.#judges) {
      observeMailbox(this.#dispatcher, recorder, false);
      return withLiveness(
        recorder.task,
        living === null ? 'none' : 'unknown',
        'it cannot be judged from inside a sandbox',
      );
    }
    if (living === null) {
      observeMailbox(this.#dispatcher, recorder, true);
      return withLiveness(recorder.task, 'none', 'no attempt is open');
    }
    return this.#viewLiving(recorder, living);
  }

  /** The end of an attempt that nobody has journalled yet is shown as it will be. */
  #viewLiving(recorder: ReturnType<typeof memoryRecorder>, living: Task['attempts'][number]): TaskView {
    const { task } = recorder;
    let looks = 0;
    // One look serves all tasks of a command; who needs proof by a second one gets a new one.
    const look = (): ProcessTable => {
      looks += 1;
      return looks === 1 && this.#table !== null ? this.#table : (this.#table = lookAtProcesses());
    };
    const liveness = claimLiveness(this.#dispatcher, task, living, this.#dispatcher.store.ref, look);
    if (liveness.state !== 'ended') {
      observeMailbox(this.#dispatcher, recorder, false);
      return withLiveness(recorder.task, liveness.state, liveness.how);
    }
    const memory = new AttemptMemory(living, grantOf(this.#dispatcher, task, living));
    const observation = observeAttempt({ dispatcher: this.#dispatcher, recorder, memory, look });
    if (observation !== null) {
      const action = decide(observation.facts, observation.details);
      const ending = action.do === 'close' ? action.ending : action.do === 'take_claim' ? action.then : null;
      if (ending !== null)
        recorder.record({
          kind: 'attempt_ended',
          message: '',
          data: endedData(recorder.task, observation, ending),
        });
    }
    return withLiveness(recorder.task, 'ended', liveness.how);
  }
}

function withLiveness(task: Task, state: TaskView['liveness']['state'], how: string): TaskView {
  const alive = state === 'alive' ? true : state === 'unknown' || state === 'unclaimed' ? null : false;
  return {
    ...task,
    attempt_alive: alive,
    liveness: { state, how },
    pending_question_count: pendingQuestions(task).length,
    verification: verificationOf(task),
    hint: hintFor(task),
  };
}

/** Of what the agent claimed last: an earlier check says nothing about that. */
function verificationOf(task: Task): Verification | null {
  const { verify: command } = task.settings;
  if (command === null) return null;
  const check = lastCheck(task);
  if (check === null) return { command, outcome: 'not_run', attempt: null, exit_code: null };
  const outcomes = {
    succeeded: 'passed',
    failed: 'failed',
    interrupted: 'interrupted',
    stopped: 'interrupted',
    not_started: 'not_run',
  } as const;
  return {
    command,
    outcome: check.outcome === null ? 'running' : outcomes[check.outcome],
    attempt: check.attempt,
    exit_code: check.exit_code,
  };
}

/** For commands that have just changed a task. */
export function attemptView(dispatcher: Dispatcher, task: Task): TaskView {
  return new TaskReader(dispatcher).view(task, dispatcher.store.taskDir(task.id));
}

/** For the command that has launched it this very moment: there is nothing to look at yet. */
export function launchedView(task: Task): TaskView {
  return withLiveness(task, 'unclaimed', 'its launcher has just been started');
}

/** Questions that nobody has answered, with their whole texts. */
export function pendingOf(task: Task, nowMs: number): PendingQuestion[] {
  const pending = pendingQuestions(task);
  if (pending.length === 0) return [];
  const { mailbox_dir: mailbox } = task.artifacts;
  const { entries } = readMailbox(mailbox, nowMs);
  return pending.map(({ sequence, question, asked_at }) => ({
    sequence,
    question: entries.find((entry) => entry.sequence === sequence)?.question.text ?? question,
    question_path: `${mailbox}/${sequence}.question`,
    answer_path: `${mailbox}/${sequence}.answer`,
    done_path: `${mailbox}/${sequence}.done`,
    asked_at,
  }));
}
