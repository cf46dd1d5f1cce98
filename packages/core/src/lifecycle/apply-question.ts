import type { JournalEvent, Question, Task } from '../records/index.ts';

type QuestionEvent = Extract<JournalEvent, { kind: 'question_asked' | 'question_answered' | 'answer_taken' }>;

/** Questions that nobody has answered, oldest first. */
export function pendingQuestions(task: Task): Question[] {
  return task.questions.filter((question) => question.answered_at === null);
}

/** Answers that were given and that no worker has taken. */
export function untakenAnswers(task: Task): Question[] {
  return task.questions.filter((question) => question.answered_at !== null && question.taken_at === null);
}

export function applyQuestionEvent(task: Task, event: QuestionEvent): Task {
  switch (event.kind) {
    case 'question_asked':
      return ask(task, event);
    case 'question_answered':
      return answer(task, event);
    case 'answer_taken':
      return take(task, event);
  }
}

function ask(task: Task, event: Extract<QuestionEvent, { kind: 'question_asked' }>): Task {
  const { data, timestamp } = event;
  const sameNumber = task.questions.find((one) => one.sequence === data.question);
  if (sameNumber?.sha256 === data.sha256) return task;
  const current = task.attempts.at(-1);
  const question: Question = {
    sequence: data.question,
    sha256: data.sha256,
    question: data.preview,
    attempt: current?.attempt ?? null,
    asked_at: timestamp,
    asked_monotonic_ms: data.monotonic_ms,
    answered_at: null,
    answered_by: null,
    answer: null,
    taken_at: null,
    taken_by: null,
  };
  const kept = task.questions.filter((one) => one.sequence !== data.question);
  const questions = [...kept, question].sort((a, b) => Number(a.sequence) - Number(b.sequence));
  if (task.status !== 'running') return { ...task, questions };
  return { ...task, questions, status: 'awaiting_user', reason: 'question' };
}

function answer(task: Task, event: Extract<QuestionEvent, { kind: 'question_answered' }>): Task {
  const { data, timestamp } = event;
  const asked = task.questions.find((one) => one.sequence === data.question);
  if (asked === undefined || asked.sha256 !== data.question_sha256 || asked.answered_at !== null) return task;
  const answered: Question = {
    ...asked,
    answered_at: timestamp,
    answered_by: data.by,
    answer: data.answer,
  };
  const questions = task.questions.map((one) => (one === asked ? answered : one));
  const current = task.attempts.at(-1);
  const living = current !== undefined && current.phase !== 'ended';
  const attempts =
    living && current.attempt === asked.attempt
      ? [
          ...task.attempts.slice(0, -1),
          {
            ...current,
            paused_ms: Math.min(
              current.paused_ms + pausedBy(asked, data.monotonic_ms, questions),
              Number.MAX_VALUE,
            ),
          },
        ]
      : task.attempts;
  const next = { ...task, questions, attempts };
  if (task.status !== 'awaiting_user' || task.reason !== 'question') return next;
  if (questions.some((one) => one.answered_at === null)) return next;
  if (living) {
    const working = current.kind === 'check' ? 'verifying' : 'working';
    return { ...next, status: 'running', reason: task.retry === null ? working : 'retrying_in_agent' };
  }
  return { ...next, reason: 'answered' };
}

/** The time that only this question was the reason to wait: a moment in which two were pending counts once. */
function pausedBy(asked: Question, answeredMs: number, questions: readonly Question[]): number {
  let until = answeredMs;
  for (const other of questions)
    if (other.answered_at === null && other.attempt === asked.attempt)
      until = Math.min(until, other.asked_monotonic_ms);
  return Math.max(0, until - asked.asked_monotonic_ms);
}

function take(task: Task, event: Extract<QuestionEvent, { kind: 'answer_taken' }>): Task {
  const { data, timestamp } = event;
  const asked = task.questions.find((one) => one.sequence === data.question);
  if (asked === undefined || asked.answered_at === null || asked.taken_at !== null) return task;
  const taken: Question = { ...asked, taken_at: timestamp, taken_by: data.by };
  return { ...task, questions: task.questions.map((one) => (one === asked ? taken : one)) };
}
