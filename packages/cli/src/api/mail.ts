import * as runtime from '@dispatch/runtime';
import type { Asked, QuestionsOfTask } from '@dispatch/runtime';
import type { AnsweredQuestion } from '../contract/tasks.ts';
import { dispatcherAt, surroundingsAt, taskAt, type Here } from './here.ts';
import { requireWords } from './require-words.ts';

/**
 * Open questions with their whole texts: of one task, or of every task that has any. Throws NotFoundError (`no_store`,
 * `task_not_found`), StoreError.
 *
 * @category Mail
 */
export async function listQuestions(
  at: Here,
  { task = null }: { task?: string | null } = {},
): Promise<QuestionsOfTask[]> {
  if (task === null) return runtime.questionsOf(dispatcherAt(at), null);
  const asked = taskAt(at, task);
  return runtime.questionsOf(asked.dispatcher, asked.id);
}

/** An answer, and to which question. */
export interface NewAnswer {
  message: string;
  /** By its number, `'002'` or `'2'`; null: the oldest that is open. */
  question?: string | null;
  /** Go on with the task where nobody waits for the answer; otherwise answering starts nothing. */
  resume?: boolean;
}

/**
 * Answers a question of a worker, durably before this resolves; of two answers one counts. `resumed` says whether a new
 * attempt was started for it. Throws UsageError `answer_empty`, RefusedError (`no_question`, `already_answered`),
 * NotFoundError (`question_not_found`, `task_not_found`), StoreError, and with `resume` what `resumeTask` throws.
 *
 * @category Mail
 *
 * @example
 * ```ts
 * import { answerQuestion, here, listQuestions } from '@dispatch/cli';
 *
 * for (const { task_id, questions } of await listQuestions(here()))
 *   for (const { sequence, question } of questions)
 *     await answerQuestion(here(), task_id, { question: sequence, message: `To "${question}": yes.`, resume: true });
 * ```
 */
export async function answerQuestion(at: Here, id: string, answer: NewAnswer): Promise<AnsweredQuestion> {
  requireWords(answer, 'message');
  const { message, question = null, resume = false } = answer;
  const task = taskAt(at, id);
  const answered = runtime.answerQuestion(task.dispatcher, task.id, { message, question });
  const resumed = resume ? await runtime.resumeWhereNobodyWaits(task.dispatcher, task.id) : null;
  const after = resumed?.task ?? answered.task;
  return { ...answered, status: after.status, resumed: resumed !== null, task: after };
}

/** What a worker wants to know. */
export interface NewQuestion {
  question: string;
  /** How long an answer is waited for, in milliseconds; null: as long as the agent's own limit lets a command run. */
  timeoutMs?: number | null;
  /** Is handed the answer before it counts as taken: what dies in here is given it again. */
  take?: (given: { sequence: string; answer: string; maybe_repeated: boolean }) => void;
}

/**
 * For programs that a worker runs: puts a question to the user of the task and waits for the answer. Asked again with
 * the same words it waits for the answer to the same question. Throws UsageError `question_empty`, EnvironmentError
 * `not_a_worker` where the environment of {@link Here} is not a worker's.
 *
 * @category Mail
 */
export async function askUser(
  at: Here,
  { question, timeoutMs = null, take = () => undefined }: NewQuestion,
): Promise<Asked> {
  requireWords({ question }, 'question');
  const { environment, clock } = surroundingsAt(at);
  return runtime.ask({ environment, question, clock, timeoutMs }, take);
}
