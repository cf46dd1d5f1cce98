import {
  isTerminal,
  livingAttempt,
  RefusedError,
  setActiveMarker,
  StoreError,
  type Journal,
  type Task,
} from '@dispatch/core';
import { markedOf } from '../act/sweep.ts';
import { signalUnrecorded } from '../act/unrecorded.ts';
import type { Dispatcher } from '../dispatcher.ts';
import { lookAtProcesses } from '../processes/index.ts';
import { claimLiveness } from '../observe/index.ts';
import { attemptView, type TaskView } from '../read/view.ts';
import { ensureSupervisor, type Supervision } from '../supervisor/ensure.ts';
import { callersSandbox, requireNoWorker } from './sandboxed.ts';
import { untilJournal } from '../read/until.ts';

/** What became of a cancel. */
export interface Cancelled {
  task_id: string;
  status: string;
  task: TaskView;
  /** The whole process tree was seen gone. */
  confirmed: boolean;
  /** Why it is not, or what an ended task had left running. */
  detail: string | null;
}

/** How long a cancel is waited for that is not expected to be carried out from here. */
const hopelessMs = 2000;

/**
 * Asks for a cancel and waits until the supervisor has carried it out. Throws RefusedError `sandboxed`;
 * `already_ended` where there is nothing to cancel and nothing was left running.
 */
export async function cancelTask(
  dispatcher: Dispatcher,
  id: string,
  options: { timeoutMs: number },
): Promise<Cancelled> {
  requireNoWorker(dispatcher, `cancelling task ${id}`);
  const journal = dispatcher.store.journal(id);
  /** Counted where the task had ended before this cancel. */
  const left: { running: number | null } = { running: null };
  try {
    const asked = journal.commit((now) => {
      left.running = isTerminal(now) ? stillRunning(dispatcher, now) : null;
      if (isTerminal(now) && !recordsLeftovers(now) && !left.running)
        throw new RefusedError(
          'already_ended',
          `task ${id} is ${now.status} already`,
          `to go on with it: dispatch resume ${id} --message "…"`,
        );
      if (now.cancel_requested_at !== null) return null;
      markEnded(dispatcher, now);
      return {
        kind: 'cancel_requested',
        message: 'a cancel was asked for',
        data: { attempt: livingAttempt(now)?.attempt ?? null },
      };
    });
    if (asked !== null) markEnded(dispatcher, asked);
  } catch (error) {
    if (error instanceof StoreError && error.code === 'disk_full')
      return cancelUnrecorded(dispatcher, journal, error);
    throw error;
  }
  const supervision: Supervision =
    callersSandbox(dispatcher) === null
      ? ensureSupervisor(dispatcher)
      : { kind: 'not_started', why: 'it was typed inside a sandbox; a supervisor outside carries it out' };
  const obstacle = supervision.kind === 'not_started' ? supervision.why : whyNotJudged(dispatcher, journal);
  const done = await untilJournal(
    journal,
    (task) => task.cancel_requested_at === null && livingAttempt(task) === null,
    obstacle === null ? options.timeoutMs : Math.min(hopelessMs, options.timeoutMs),
  );
  const task = journal.refresh().task as Task;
  if (done) return result(dispatcher, task, true, endedWords(left.running));
  const late = `not confirmed within ${Math.round(options.timeoutMs / 1000)} s; the supervisor goes on with it`;
  return result(dispatcher, task, false, obstacle ?? late);
}

/** Nothing is signalled on a guess: what cannot be judged from here is ended by nobody here. */
function whyNotJudged(dispatcher: Dispatcher, journal: Journal): string | null {
  const { task } = journal.refresh();
  const living = task === null ? null : livingAttempt(task);
  if (task === null || living === null) return null;
  const liveness = claimLiveness(dispatcher, task, living, dispatcher.store.ref);
  if (liveness.state !== 'unknown' || liveness.claimLost) return null;
  return `it cannot be judged from here (${liveness.how}); if it has ended, say so with \`dispatch doctor --take-over\``;
}

/**
 * A task that has ended has no marker, and a supervisor looks at nothing else. Set before the commit for whoever dies
 * after it, and again behind it, because a supervisor that saw nothing to do may have removed it.
 */
function markEnded(dispatcher: Dispatcher, task: Task): void {
  const last = task.attempts.at(-1);
  if (isTerminal(task) && last !== undefined)
    setActiveMarker(dispatcher.store, { id: task.id, attempt: last.attempt });
}

function result(dispatcher: Dispatcher, task: Task, confirmed: boolean, detail: string | null): Cancelled {
  return { task_id: task.id, status: task.status, task: attemptView(dispatcher, task), confirmed, detail };
}

function recordsLeftovers(task: Task): boolean {
  return task.attempts.some(({ leftovers }) => leftovers.length > 0);
}

/** Seen, since a worker may have written the end of its attempt itself; null where nobody may look. */
function stillRunning(dispatcher: Dispatcher, task: Task): number | null {
  return callersSandbox(dispatcher) === null ? markedOf(dispatcher, task, lookAtProcesses()).length : null;
}

function endedWords(running: number | null): string | null {
  switch (running) {
    case null:
      return null;
    case 0:
      return 'what was left running had ended already';
    case 1:
      return 'ended 1 process that was left running';
    default:
      return `ended ${running} processes that were left running`;
  }
}

/** The journal cannot be written: the processes are ended all the same, and it is said that nothing is recorded. */
async function cancelUnrecorded(
  dispatcher: Dispatcher,
  journal: Journal,
  cause: StoreError,
): Promise<Cancelled> {
  const task = journal.refresh().task as Task;
  const gone = await signalUnrecorded(dispatcher, task);
  return result(
    dispatcher,
    task,
    gone,
    `unrecorded: ${cause.message}; ${gone ? 'every process of the task was ended' : 'some processes remain'}`,
  );
}
