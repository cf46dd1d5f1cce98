import { isTerminal, livingAttempt } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { FolderWait } from './until.ts';
import { pendingOf, TaskReader, type PendingQuestion, type TaskView } from './view.ts';

/**
 * The oldest open question, once there is one that is not among `passed`, while the attempt lives. Null: it has ended,
 * or `signal` was aborted.
 */
export async function untilAsked(
  dispatcher: Dispatcher,
  id: string,
  { attempt, passed, signal }: { attempt: number; passed: readonly PendingQuestion[]; signal: AbortSignal },
): Promise<PendingQuestion | null> {
  return untilSeen(dispatcher, id, signal, (task, pending) => {
    if (livingAttempt(task)?.attempt !== attempt) return null;
    return pending.find((question) => !passed.some((one) => isSame(one, question)));
  });
}

/** What became of a question that waits for an answer; `replaced`: the worker has written another under its number. */
export type Outcome = 'answered' | 'replaced' | 'over';

/** Resolves once nobody needs an answer to that question any more. Null: `signal` was aborted. */
export async function untilAnswered(
  dispatcher: Dispatcher,
  id: string,
  { question, signal }: { question: PendingQuestion; signal: AbortSignal },
): Promise<Outcome | null> {
  return untilSeen(dispatcher, id, signal, (task, pending) => {
    const { sequence } = question;
    if (!pending.some((one) => isSame(one, question))) {
      const recorded = task.questions.find((one) => one.sequence === sequence);
      return recorded?.answered_at === null ? 'replaced' : 'answered';
    }
    return isTerminal(task) ? 'over' : undefined;
  });
}

/** Other content under the same number is another question. */
export function isSame(one: PendingQuestion, other: PendingQuestion): boolean {
  return one.sequence === other.sequence && one.question === other.question;
}

/** What `look` says of the task, as soon as that is something; null where `signal` is aborted before. */
async function untilSeen<T>(
  dispatcher: Dispatcher,
  id: string,
  signal: AbortSignal,
  look: (task: TaskView, pending: readonly PendingQuestion[]) => T | undefined,
): Promise<T | null> {
  const { taskDir } = dispatcher.store.journal(id);
  const wait = new FolderWait([taskDir, `${taskDir}/mailbox`]);
  try {
    for (;;) {
      const { view } = new TaskReader(dispatcher).read(id);
      const seen = look(view, pendingOf(view, dispatcher.clock.now().getTime()));
      if (seen !== undefined) return seen;
      if (signal.aborted) return null;
      await wait.next(undefined, signal);
    }
  } finally {
    wait.close();
  }
}
