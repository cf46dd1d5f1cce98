import {
  livingAttempt,
  NotFoundError,
  preview,
  putAnswer,
  RefusedError,
  sha256,
  UsageError,
  type Question,
  type Task,
} from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { journalRecorder, observeMailbox } from '../observe/index.ts';
import { attemptView, type TaskView } from '../read/view.ts';
import { ensureSupervisor } from '../supervisor/ensure.ts';
import { callersSandbox, requireNoWorker } from './sandboxed.ts';

/** Which question was answered, and the task after that. */
export interface Answered {
  task_id: string;
  answered: string;
  answer_path: string;
  task: TaskView;
}

/**
 * Answers a question: the link decides, then it is journalled. Starts nothing. Throws RefusedError `sandboxed`,
 * `no_question`, `already_answered`; NotFoundError `question_not_found`; UsageError `answer_empty`.
 */
export function answerQuestion(
  dispatcher: Dispatcher,
  id: string,
  request: { message: string; question: string | null },
): Answered {
  requireNoWorker(dispatcher, `answering task ${id}`);
  if (request.message.trim() === '')
    throw new UsageError('answer_empty', 'the answer is empty', 'say it with --message');
  const journal = dispatcher.store.journal(id);
  const { task } = journal.refresh();
  if (task === null) throw new NotFoundError('task_not_found', `no task ${id}`);
  const recorder = journalRecorder(journal, task);
  observeMailbox(dispatcher, recorder, false);
  const asked = chooseQuestion(recorder.task, request.question);
  if (asked.answered_at !== null) throw alreadyAnswered(recorder.task, asked.sequence);
  const { mailbox_dir: mailbox } = task.artifacts;
  if (!putAnswer(mailbox, asked.sequence, request.message)) {
    observeMailbox(dispatcher, recorder, false);
    throw alreadyAnswered(recorder.task, asked.sequence);
  }
  const path = `mailbox/${asked.sequence}.answer`;
  journal.record({
    kind: 'question_answered',
    message: `question ${asked.sequence} answered: ${preview(request.message, 200)}`,
    data: {
      question: asked.sequence,
      question_sha256: asked.sha256,
      answer: { path, sha256: sha256(request.message), bytes: Buffer.byteLength(request.message) },
      by: 'command',
      monotonic_ms: dispatcher.machine.monotonicMs(),
    },
  });
  if (callersSandbox(dispatcher) === null)
    ensureSupervisorIfAlive(dispatcher, recorder.task.attempts.at(-1)?.phase);
  const after = journal.refresh().task ?? recorder.task;
  return {
    task_id: id,
    answered: asked.sequence,
    answer_path: `${mailbox}/${asked.sequence}.answer`,
    task: attemptView(dispatcher, after),
  };
}

function ensureSupervisorIfAlive(dispatcher: Dispatcher, phase: string | undefined): void {
  if (phase !== undefined && phase !== 'ended') ensureSupervisor(dispatcher);
}

function chooseQuestion(task: Task, wanted: string | null): Question {
  const { id, questions } = task;
  if (wanted !== null) {
    const found = questions.find(({ sequence }) => Number(sequence) === Number(wanted));
    if (found !== undefined) return found;
    throw new NotFoundError(
      'question_not_found',
      `task ${id} has no question ${wanted}`,
      `its questions are ${questions.map(({ sequence }) => sequence).join(', ') || 'none'}`,
    );
  }
  const pending = questions.find(({ answered_at }) => answered_at === null);
  if (pending !== undefined) return pending;
  const last = questions.at(-1);
  if (last !== undefined) throw alreadyAnswered(task, last.sequence);
  throw new RefusedError('no_question', `task ${id} has asked nothing`, `run \`dispatch inspect ${id}\``);
}

function alreadyAnswered(task: Task, sequence: string): RefusedError {
  const { id, questions } = task;
  const taken = questions.find((question) => question.sequence === sequence)?.taken_at !== null;
  const next = taken
    ? `to say more, type: dispatch resume ${id} --message "…"`
    : livingAttempt(task) === null
      ? `it waits to be taken; to go on with it, type: dispatch resume ${id}`
      : `the worker has yet to take it; to see how it goes on, type: dispatch wait ${id}`;
  return new RefusedError(
    'already_answered',
    `question ${sequence} of task ${id} has its answer already`,
    next,
  );
}
