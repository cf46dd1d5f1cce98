import { isRecord, textOf } from './envelope.ts';
import { shortLine } from './short-line.ts';
import type { PiColour } from './pi.ts';

/** As much of a task as is shown; everything else that dispatch tells of it is left alone. */
export interface SeenTask {
  id: string;
  title: string;
  status: string;
  reason: string;
  detail: string | null;
  hint: string | null;
  backend: string;
  model: string | null;
  /** Null: it cannot be known from here. */
  attempt_alive: boolean | null;
  attempts: number;
  /** The open questions, told apart from all others. */
  asks: string[];
  /** The store, and the task's own folder in it; null where an older dispatch does not say. */
  root: string | null;
  folder: string | null;
}

export interface SeenQuestion {
  sequence: string;
  question: string;
}

/** The task in what a command printed: `inspect`, `run` and others have it as `task`, `status` is one. */
export function taskIn(data: unknown): SeenTask | null {
  const task = isRecord(data) && isRecord(data.task) ? data.task : data;
  if (!isRecord(task)) return null;
  const [id, status, reason] = [textOf(task.id), textOf(task.status), textOf(task.reason)];
  const title = textOf(task.title);
  if (id === null || status === null || reason === null || title === null) return null;
  const root = isRecord(task.root) ? textOf(task.root.path) : null;
  return {
    id,
    status,
    title: shortLine(title, 80),
    reason,
    detail: textOf(task.detail),
    hint: textOf(task.hint),
    backend: textOf(task.backend) ?? 'no agent',
    model: textOf(task.model),
    attempt_alive: typeof task.attempt_alive === 'boolean' ? task.attempt_alive : null,
    attempts: Array.isArray(task.attempts) ? task.attempts.length : 0,
    asks: openQuestions(task.questions),
    root,
    folder: root === null ? null : `${root}/tasks/${id}`,
  };
}

function openQuestions(questions: unknown): string[] {
  const list = Array.isArray(questions) ? questions.filter(isRecord) : [];
  return list
    .filter((one) => one.answered_by === null)
    .map((one) => `${textOf(one.sequence) ?? '?'}:${textOf(one.sha256) ?? ''}`);
}

/** The one task that an answer without a state is about; null where it is about none, or several. */
export function taskIdIn(data: unknown): string | null {
  const parts = Array.isArray(data) ? data : [data];
  const ids = new Set(parts.map((one) => (isRecord(one) ? textOf(one.task_id) : null)));
  const [id = null] = ids;
  return ids.size === 1 ? id : null;
}

/** How far the worker says it is, in its own plan. */
export interface PlanProgress {
  done: number;
  total: number;
}

/** Null where there is no plan with items; `inspect` of an older dispatch says nothing of it. */
export function planIn(data: unknown): PlanProgress | null {
  const plan = isRecord(data) && isRecord(data.plan) ? data.plan : {};
  const { done, total } = plan;
  return typeof done === 'number' && typeof total === 'number' ? { done, total } : null;
}

/** The open questions in what `inspect` printed, the oldest first. */
export function questionsIn(data: unknown): SeenQuestion[] {
  const list = isRecord(data) && Array.isArray(data.pending_questions) ? data.pending_questions : [];
  return list.filter(isRecord).map((one) => ({
    sequence: textOf(one.sequence) ?? '?',
    question: textOf(one.question) ?? '',
  }));
}

export function stateColour(status: string): PiColour {
  switch (status) {
    case 'completed':
      return 'success';
    case 'failed':
      return 'error';
    case 'awaiting_user':
      return 'warning';
    case 'running':
      return 'accent';
    default:
      return 'muted';
  }
}

/** Whether nothing more comes of it by itself. */
export function isOver(status: string): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

/** What the user may type next for the selected task. */
export function nextStep({
  status,
  reason,
  attempt_alive,
}: Pick<SeenTask, 'status' | 'reason' | 'attempt_alive'>): string {
  if (status === 'pending' && reason === 'sandboxed_host') return '/dispatch start';
  if (status === 'awaiting_user' && reason === 'question')
    return attempt_alive === true ? '/dispatch answer TEXT' : '/dispatch answer --resume TEXT';
  if (status === 'awaiting_user' && reason === 'answered') return '/dispatch resume';
  if (status === 'completed') return '/dispatch result · /dispatch resume TEXT';
  if (status === 'failed') return '/dispatch logs · /dispatch resume TEXT';
  if (status === 'awaiting_user' || status === 'cancelled') return '/dispatch resume TEXT';
  return '/dispatch logs';
}
