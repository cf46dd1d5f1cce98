import type { PendingQuestion } from '@dispatch/runtime';
import type { Page } from '../output/output.ts';
import { harmlessText } from './harmless.ts';
import { relativeTime } from './time.ts';
import { widthOf } from './width.ts';
import { wrap } from './wrap.ts';

/** A question with its text set off by a bar, so that it cannot be taken for ours. */
export function questionLines(question: PendingQuestion, { style, now, width }: Page): string[] {
  const title = style.bold(style.magenta(`Question ${question.sequence}`));
  return [
    `${title} ${style.dim(relativeTime(question.asked_at, now))}`,
    ...quoted(question.question, '│ ', width).map((line) => style.dim(line.slice(0, 2)) + line.slice(2)),
  ];
}

/** Text of others, each line behind a mark, and no wider than that, so that none begins without one. */
export function quoted(text: string, mark: string, width = Number.POSITIVE_INFINITY): string[] {
  return harmlessText(text.trimEnd())
    .split('\n')
    .flatMap((line) => wrap(line, width - widthOf(mark)))
    .map((line) => `${mark}${line}`);
}
