import {
  answerPath,
  lastAgentAttempt,
  livingAttempt,
  preview,
  questionPath,
  readMailbox,
  syncFile,
  type Letter,
  type MailboxEntry,
  type Task,
} from '@dispatch/core';
import type { Surroundings } from '../dispatcher.ts';
import { handOverAnswers } from '../mail/answers.ts';
import type { Recorder } from './recorder.ts';

const previewBytes = 1000;

/**
 * Journals what the mailbox holds and the journal does not: new questions, answers (also those written by hand), and
 * answers that were taken. `attemptEnded`: what lies there is all that will come, so nothing needs to settle. Returns
 * whether a letter that somebody wrote by hand is still to settle, of which no change on disk will tell.
 *
 * `cutOff`: the agent's end came before its turn's. An `ask` that it left behind may take an answer of which it never
 * heard: what is not journalled as taken by then is given to the next attempt, and said to be possibly a repetition.
 */
export function observeMailbox(
  surroundings: Surroundings,
  recorder: Recorder,
  attemptEnded: boolean,
  cutOff = wasCutOff(recorder.task),
): boolean {
  const { mailbox_dir: mailboxDir } = recorder.task.artifacts;
  const { entries, progress, planted } = readMailbox(mailboxDir, surroundings.clock.now().getTime());
  for (const path of planted)
    recorder.record({
      kind: 'damage_found',
      message: `a link or no regular file: ${path}`,
      data: { what: 'planted_link', path },
    });
  for (const entry of entries) {
    observeQuestion(surroundings, recorder, entry, attemptEnded);
    observeAnswer(surroundings, recorder, entry);
    observeTaking(recorder, entry, cutOff);
  }
  const isHeldBack = observeProgress(surroundings, recorder, progress, attemptEnded);
  return (
    isHeldBack ||
    entries.some(({ question, answer }) => isUnsettled(question) || (answer !== null && isUnsettled(answer)))
  );
}

/** A worker that reports more often is heard with the newest word of each such span. */
const progressEveryMs = 1000;
const progressBytes = 500;

/** Journals the worker's newest word on how far it has come; returns whether that waits because the last was just now. */
function observeProgress(
  { clock }: Surroundings,
  recorder: Recorder,
  said: string,
  attemptEnded: boolean,
): boolean {
  const { task } = recorder;
  const attempt = livingAttempt(task);
  if (attempt === null || attempt.kind !== 'one_shot') return false;
  const message = preview(said.trim(), progressBytes).trim();
  if (message === '' || message === task.progress?.message) return false;
  const sinceLast = clock.now().getTime() - Date.parse(task.progress?.at ?? '');
  if (!attemptEnded && sinceLast >= 0 && sinceLast < progressEveryMs) return true;
  recorder.record({
    kind: 'progress_reported',
    message: `the worker says: ${preview(message, 200)}`,
    data: { attempt: attempt.attempt, message },
  });
  return false;
}

function isUnsettled({ settled, text }: Letter): boolean {
  return !settled && text.trim() !== '';
}

/** Links `.done` where the journal says that a prompt took an answer, for whoever died in between. */
export function finishHandOver(task: Task): void {
  const byPrompt = task.questions
    .filter((question) => question.taken_by === 'prompt')
    .map(({ sequence }) => sequence);
  if (byPrompt.length > 0) handOverAnswers(task, byPrompt, 'prompt');
}

function observeQuestion(
  { machine }: Surroundings,
  recorder: Recorder,
  { sequence, question }: MailboxEntry,
  attemptEnded: boolean,
): void {
  const known = recorder.task.questions.find((one) => one.sequence === sequence);
  if (known?.sha256 === question.sha256 || !(question.settled || attemptEnded)) return;
  if (!synced(recorder, questionPath(recorder.task.artifacts.mailbox_dir, sequence))) return;
  recorder.record({
    kind: 'question_asked',
    message: `question ${sequence}: ${preview(question.text, 200)}`,
    data: {
      question: sequence,
      sha256: question.sha256,
      preview: preview(question.text, previewBytes),
      monotonic_ms: machine.monotonicMs(),
    },
  });
}

function observeAnswer(
  { machine }: Surroundings,
  recorder: Recorder,
  { sequence, answer, done }: MailboxEntry,
): void {
  const asked = recorder.task.questions.find((one) => one.sequence === sequence);
  if (asked === undefined || asked.answered_at !== null || answer === null) return;
  // What the worker has taken, nobody is still writing.
  if (!(answer.settled || done !== null) || answer.text.trim() === '') return;
  if (!synced(recorder, answerPath(recorder.task.artifacts.mailbox_dir, sequence))) return;
  recorder.record({
    kind: 'question_answered',
    message: `question ${sequence} answered${answer.whole ? '' : ' by hand'}`,
    data: {
      question: sequence,
      question_sha256: asked.sha256,
      answer: { path: `mailbox/${sequence}.answer`, sha256: answer.sha256, bytes: answer.bytes },
      by: answer.whole ? 'command' : 'hand',
      monotonic_ms: machine.monotonicMs(),
    },
  });
}

/** Whoever wrote the letter may not have come to sync it yet, and the journal must not outlast what it tells of. */
function synced(recorder: Recorder, letter: string): boolean {
  return !recorder.isDurable || syncFile(letter);
}

function wasCutOff(task: Task): boolean {
  const last = lastAgentAttempt(task);
  return last?.outcome === 'interrupted' || last?.outcome === 'stopped';
}

function observeTaking(recorder: Recorder, { sequence, done }: MailboxEntry, cutOff: boolean): void {
  const asked = recorder.task.questions.find((one) => one.sequence === sequence);
  if (done === null || asked === undefined || asked.answered_at === null || asked.taken_at !== null) return;
  const by = done === 'unreadable' ? 'hand' : done.taken_by === 'ask' ? 'ask' : 'prompt';
  if (by === 'ask' && cutOff) return;
  recorder.record({
    kind: 'answer_taken',
    message: `the answer to question ${sequence} was taken`,
    data: { question: sequence, by, attempt: asked.attempt },
  });
}
