import { join } from 'node:path';
import {
  elapsedMs,
  answerPath,
  markPrinting,
  putDone,
  putQuestion,
  readLetter,
  sha256,
  UsageError,
  type Clock,
  type Letter,
} from '@dispatch/core';
import { FolderWait } from '../read/until.ts';
import { workersTaskDir } from '../worker/place.ts';

/** An answer, as the worker is given it. */
export interface GivenAnswer {
  sequence: string;
  answer: string;
  maybe_repeated: boolean;
}

/** What a worker was answered, or what it does without an answer. */
export type Asked =
  ({ kind: 'answered' } & GivenAnswer) | { kind: 'unanswered'; sequence: string; advice: string };

const defaultLimitSeconds = 110;

/**
 * The worker's question: puts it into the mailbox, waits, hands the answer to `print`, and records, once that has
 * resolved, that it was taken. Touches nothing but the mailbox folder, which is all that every agent's sandbox lets a
 * worker write. Throws UsageError `question_empty`; EnvironmentError `not_a_worker`, `task_folder_missing`;
 * PlantedLink.
 */
export async function ask(
  options: {
    environment: Readonly<Record<string, string | undefined>>;
    question: string;
    clock: Clock;
    /** Null: the limit that the agent's backend set. */
    timeoutMs: number | null;
    /** Whoever asked is gone: then nothing is handed over. */
    signal?: AbortSignal;
  },
  print: (given: GivenAnswer) => void | Promise<void>,
): Promise<Asked> {
  const { environment, question, clock, signal } = options;
  if (question.trim() === '')
    throw new UsageError('question_empty', 'the question is empty', 'ask something');
  const taskDir = workersTaskDir(environment);
  const mailbox = join(taskDir, 'mailbox');
  const now = (): number => clock.now().getTime();
  const { sequence, reattached } = putQuestion(mailbox, question, now());
  const limitMs =
    options.timeoutMs ?? Number(environment['DISPATCH_ASK_TIMEOUT'] ?? defaultLimitSeconds) * 1000;
  const answer = await awaitAnswer(mailbox, sequence, { limitMs, now, signal });
  if (answer === null) return { kind: 'unanswered', sequence, advice: adviceFor(taskDir, sequence) };
  const given: GivenAnswer = { sequence, answer: answer.text, maybe_repeated: reattached?.printing === true };
  markPrinting(mailbox, sequence);
  await print(given);
  putDone(mailbox, sequence, { taken_by: 'ask', answer_sha256: sha256(answer.text) });
  return { kind: 'answered', ...given };
}

async function awaitAnswer(
  mailbox: string,
  sequence: string,
  { limitMs, now, signal }: { limitMs: number; now: () => number; signal: AbortSignal | undefined },
): Promise<Letter | null> {
  const wait = new FolderWait([mailbox]);
  const end = elapsedMs() + limitMs;
  try {
    while (signal?.aborted !== true) {
      const answer = readLetter(answerPath(mailbox, sequence), now());
      if (answer !== null && answer.settled && answer.text.trim() !== '') return answer;
      const left = end - elapsedMs();
      if (left <= 0) return null;
      // An answer that is being written by hand settles a second after its last change.
      await wait.next(answer === null ? left : Math.min(left, 250), signal);
    }
    return null;
  } finally {
    wait.close();
  }
}

function adviceFor(taskDir: string, sequence: string): string {
  return [
    `No answer to question ${sequence} has come yet. It stays open, and the user will see it.`,
    `If you can do other parts of the task without the answer, do them, and ask the same question again later: you will be given the answer then.`,
    `Otherwise write what you know and where you stand to ${join(taskDir, 'context.md')}, mark the step as blocked in plan.md if there is one, and stop. You will be continued with the answer.`,
  ].join('\n');
}
