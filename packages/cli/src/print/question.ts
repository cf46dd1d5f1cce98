import type { PendingQuestion } from '@dispatch/runtime';
import type { Page } from '../output/output.ts';
import { harmlessText } from './harmless.ts';
import { relativeTime } from './time.ts';

/** A question with its text set off by a bar, so that it cannot be taken for ours. */
export function questionLines(question: PendingQuestion, { style, now }: Page): string[] {
  return [
    `${style.yellow(`Question ${question.sequence}`)} ${style.dim(relativeTime(question.asked_at, now))}`,
    ...quoted(question.question, style.dim('│ ')),
  ];
}

/** Text of others, each line behind a mark. */
export function quoted(text: string, mark: string): string[] {
  return harmlessText(text.trimEnd())
    .split('\n')
    .map((line) => `${mark}${line}`);
}
