import type { Notification } from '@dispatch/runtime';

/** A task as a tool has shown it. */
interface Shown {
  id: string;
  status: unknown;
  reason: unknown;
  /** When it was last changed, in ISO 8601; `result` does not say. */
  updatedAt: unknown;
  /** Numbers of its questions. */
  questions: unknown[];
}

/**
 * Whether what a tool has answered says what a notification would: the same state and no older, or the question. `response`
 * is what claude hands to a hook: the tool's document as text (2.1.250, 2.1.328). What cannot be read has shown nothing.
 */
export function shownIn(response: unknown): (one: Notification) => boolean {
  const document = documentOf(response);
  const shown = [document, document['task'], ...listOf(document['tasks'])].flatMap(shownOf);
  return (one) => shown.some((task) => task.id === one.task_id && shows(task, one));
}

/** Of the tool `ack`: how far it has taken note of each task. */
export function acknowledgedIn(response: unknown): Map<string, string> {
  return new Map(
    listOf(documentOf(response)['tasks']).flatMap((task): [string, string][] => {
      const { task_id: id, position } = objectOf(task);
      return typeof id === 'string' && typeof position === 'string' ? [[id, position]] : [];
    }),
  );
}

/** Of the tool `run`: the task that it made or found. */
export function startedIn(response: unknown): string | null {
  const { task_id: id } = documentOf(response);
  return typeof id === 'string' ? id : null;
}

function shows(task: Shown, { question, status, reason, timestamp }: Notification): boolean {
  if (question !== null) return task.questions.includes(question.sequence);
  // That a task awaits an answer is said by its question.
  if (reason === 'question' && task.questions.length > 0) return true;
  const isOlder = typeof task.updatedAt === 'string' && Date.parse(task.updatedAt) < Date.parse(timestamp);
  return task.status === status && task.reason === reason && !isOlder;
}

function shownOf(value: unknown): Shown[] {
  const fields = objectOf(value);
  const id = fields['task_id'] ?? fields['id'];
  if (typeof id !== 'string') return [];
  const questions = [...listOf(fields['questions']), ...listOf(fields['pending_questions'])];
  return [
    {
      id,
      status: fields['status'],
      reason: fields['reason'],
      updatedAt: fields['updated_at'],
      questions: questions.map((one) => objectOf(one)['sequence']),
    },
  ];
}

function documentOf(response: unknown): Record<string, unknown> {
  if (typeof response !== 'string') return {};
  try {
    return objectOf(JSON.parse(response));
  } catch {
    return {};
  }
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
