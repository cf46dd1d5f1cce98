import type { Task } from '@dispatch/core';
import { positionText } from '../read/events.ts';
import { pendingOf } from '../read/view.ts';
import type { Moment } from './notification-fold.ts';

/**
 * What a host has to take note of, once: a task ended (`terminal`), asked (`question`), or stopped to wait for the user
 * (`awaiting_user`; `reason` says for what).
 */
export interface Notification {
  type: 'question' | 'awaiting_user' | 'terminal';
  task_id: string;
  /** `sequence:nonce` of the event in the task's journal; what is acknowledged with it. */
  position: string;
  timestamp: string;
  /** As the task was then. */
  status: Task['status'];
  reason: Task['reason'];
  title: string;
  detail: string | null;
  /** Of a question: its number, and its text. */
  question: { sequence: string; question: string } | null;
  /** Whether the task still is as this says: the question is open, nothing has gone on. */
  is_current: boolean;
}

/** `now`: the task as it is; what it still asks is told with the whole text. */
export function notificationOf(
  moment: Moment,
  { isCurrent, now, nowMs }: { isCurrent: boolean; now: Task; nowMs: number },
): Notification {
  const { type, at, timestamp, task } = moment;
  return {
    type,
    task_id: task.id,
    position: positionText(at),
    timestamp,
    status: task.status,
    reason: task.reason,
    title: task.title,
    detail: task.detail,
    question: questionOf(moment, isCurrent ? now : null, nowMs),
    is_current: isCurrent,
  };
}

function questionOf({ question, task }: Moment, now: Task | null, nowMs: number): Notification['question'] {
  if (question === null) return null;
  const { sequence } = question;
  const whole = now === null ? [] : pendingOf(now, nowMs);
  const text =
    whole.find((one) => one.sequence === sequence)?.question ??
    task.questions.find((one) => one.sequence === sequence)?.question;
  return { sequence, question: text ?? '' };
}
