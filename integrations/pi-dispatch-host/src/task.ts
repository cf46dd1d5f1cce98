import { isRecord, textOf } from './envelope.ts';
import { harmlessLine } from './harmless.ts';
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
  isAlive: boolean | null;
  attempts: number;
  /** Number of the oldest open question. */
  asks: string | null;
  /** The store, and the task's own folder in it; null where an older dispatch does not say. */
  root: string | null;
  folder: string | null;
  planFile: string | null;
}

export interface SeenQuestion {
  sequence: string;
  question: string;
}

/** The task in what a command printed: `inspect`, `run` and others have it as `task`, `status` is one. */
export function taskIn(data: unknown): SeenTask | null {
  const task = isRecord(data) && isRecord(data.task) ? data.task : data;
  if (!isRecord(task)) return null;
  const [id, status] = [textOf(task.id), textOf(task.status)];
  if (id === null || status === null || textOf(task.title) === null) return null;
  const root = isRecord(task.root) ? textOf(task.root.path) : null;
  const artifacts = isRecord(task.artifacts) ? task.artifacts : {};
  return {
    id,
    status,
    title: harmlessLine(textOf(task.title) ?? '', 80),
    reason: textOf(task.reason) ?? '',
    detail: textOf(task.detail),
    hint: textOf(task.hint),
    backend: textOf(task.backend) ?? 'no agent',
    model: textOf(task.model),
    isAlive: typeof task.attempt_alive === 'boolean' ? task.attempt_alive : null,
    attempts: Array.isArray(task.attempts) ? task.attempts.length : 0,
    asks: openQuestion(task.questions),
    root,
    folder: root === null ? null : `${root}/tasks/${id}`,
    planFile: textOf(artifacts.plan_file),
  };
}

function openQuestion(questions: unknown): string | null {
  const list = Array.isArray(questions) ? questions.filter(isRecord) : [];
  return textOf(list.find((one) => one.answered_by === null)?.sequence);
}

/** The open questions in what `inspect` printed, the oldest first. */
export function questionsIn(data: unknown): SeenQuestion[] {
  const list = isRecord(data) && Array.isArray(data.pending_questions) ? data.pending_questions : [];
  return list.filter(isRecord).map((one) => ({
    sequence: textOf(one.sequence) ?? '?',
    question: textOf(one.question) ?? '',
  }));
}

const phrases: Readonly<Record<string, string>> = {
  'pending/sandboxed_host': 'to be started',
  'running/starting': 'starting',
  'running/working': 'running',
  'running/verifying': 'verifying',
  'awaiting_user/question': 'has a question',
  'awaiting_user/answered': 'answered, to be resumed',
  'awaiting_user/discussion_draft': 'has a draft',
  'awaiting_user/plan_incomplete': 'plan not finished',
  'completed/turn_succeeded': 'completed',
  'completed/worker_marked_done': 'completed',
  'cancelled/user': 'cancelled',
};

/** A task's state in a few words, the same as `dispatch list` has. */
export function stateWords({
  status,
  reason,
  isAlive,
}: Pick<SeenTask, 'status' | 'reason' | 'isAlive'>): string {
  const name = status === 'awaiting_user' ? 'needs you' : status;
  const words =
    phrases[`${status}/${reason}`] ??
    (reason === '' || reason === 'starting' ? name : `${name}: ${reason.replaceAll('_', ' ')}`);
  return isAlive === null && status === 'running' && reason !== 'starting' ? `${words}?` : words;
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
  isAlive,
}: Pick<SeenTask, 'status' | 'reason' | 'isAlive'>): string {
  if (status === 'pending' && reason === 'sandboxed_host') return '/dispatch start';
  if (status === 'awaiting_user' && reason === 'question')
    return isAlive === true ? '/dispatch answer TEXT' : '/dispatch answer --resume TEXT';
  if (status === 'awaiting_user' && reason === 'answered') return '/dispatch resume';
  if (status === 'completed') return '/dispatch result · /dispatch resume TEXT';
  if (status === 'failed') return '/dispatch logs · /dispatch resume TEXT';
  if (status === 'awaiting_user' || status === 'cancelled') return '/dispatch resume TEXT';
  return '/dispatch logs';
}
