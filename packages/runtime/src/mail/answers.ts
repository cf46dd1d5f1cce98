import {
  answerPath,
  putDone,
  readLetter,
  readMailbox,
  type AnswerToHandOver,
  type Question,
  type Task,
} from '@dispatch/core';
import { orNull } from '../observe/damage.ts';

/** Those answers as a prompt hands them over, with the texts that the mailbox holds. */
export function answersToHandOver(
  task: Task,
  untaken: readonly Question[],
  nowMs: number,
): AnswerToHandOver[] {
  const { mailbox_dir: mailbox } = task.artifacts;
  const { entries } = readMailbox(mailbox, nowMs);
  return untaken.map(({ sequence, question }) => {
    const entry = entries.find((one) => one.sequence === sequence);
    return {
      sequence,
      question: entry?.question.text ?? question,
      answer: (entry?.answer ?? orNull(() => readLetter(answerPath(mailbox, sequence), nowMs)))?.text ?? null,
      maybeRepeated: entry?.printing === true,
    };
  });
}

/** Links `.done` for answers that a committed prompt has taken; doing it again does no harm. */
export function handOverAnswers(task: Task, sequences: readonly string[], takenBy: string): void {
  for (const sequence of sequences) {
    const answer = readLetter(answerPath(task.artifacts.mailbox_dir, sequence), 0);
    putDone(task.artifacts.mailbox_dir, sequence, {
      taken_by: takenBy,
      answer_sha256: answer?.sha256 ?? '',
    });
  }
}
