import type { Notification } from '@dispatch/runtime';
import type { Page } from '../output/output.ts';
import { harmlessLine } from './harmless.ts';
import { stateWords } from './state-words.ts';
import { stateStyle } from './status.ts';
import { relativeTime } from './time.ts';
import { fit, padTo } from './width.ts';

/** When, which task, what of it, and its title; below it what it asks. What has gone on since is dim. */
export function notificationLines(told: Notification, { style, now, width }: Page): string[] {
  const { task_id: id, timestamp, title, question, is_current: isCurrent } = told;
  const words = padTo(stateWords({ ...told, attempt_alive: false }), 18);
  const start = `${padTo(relativeTime(timestamp, now), 10)}  ${id}  `;
  const rest = fit(harmlessLine(title), Math.max(20, width - start.length - words.length - 2));
  const asked = question === null ? [] : [`  ${question.sequence}: ${harmlessLine(question.question)}`];
  const lines = [
    `${style.dim(start)}${stateStyle(told, style)(words)}  ${rest}`,
    ...asked.map((line) => fit(line, width)),
  ];
  return isCurrent ? lines : lines.map((line) => style.dim(line));
}
