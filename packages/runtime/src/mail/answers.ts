import { readLetter, answerPath, putDone, readMailbox, type Question, type Task } from '@dispatch/core';

/** An answer that the worker has not taken, as a prompt hands it over. */
export interface UntakenAnswer {
  sequence: string;
  question: string;
  answer: string;
  maybeRepeated: boolean;
}

/** The texts of those answers, from the mailbox; one whose letter is gone is left out. */
export function answersToHandOver(task: Task, untaken: readonly Question[], nowMs: number): UntakenAnswer[] {
  const { entries } = readMailbox(task.artifacts.mailbox_dir, nowMs);
  const answers: UntakenAnswer[] = [];
  for (const { sequence } of untaken) {
    const entry = entries.find((one) => one.sequence === sequence);
    if (entry?.answer == null) continue;
    answers.push({
      sequence,
      question: entry.question.text,
      answer: entry.answer.text,
      maybeRepeated: entry.printing,
    });
  }
  return answers;
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
