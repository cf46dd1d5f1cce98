import type { TaskView } from '@dispatch/runtime';
import type { Library, Reading } from '../library.ts';
import type { Page } from '../output/output.ts';
import { nextLines } from './next.ts';
import { questionLines } from './question.ts';
import { taskLine, whyLines } from './task.ts';

/** Where a task that was waited for stands: its line, why, the question if it has one, what to type next. */
export function settledLines(
  { runtime, dispatcher }: Library<Reading>,
  task: TaskView,
  page: Page,
  root: string | null,
): string[] {
  const questions =
    task.reason === 'question' ? (runtime.questionsOf(dispatcher, task.id)[0]?.questions ?? []) : [];
  return [
    taskLine(task, page),
    ...whyLines(task, page, root),
    ...questions.flatMap((question) => questionLines(question, page)),
    ...nextLines(task, root, page),
  ];
}
