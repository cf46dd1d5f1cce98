import type { TaskView } from '@dispatch/runtime';
import type { Library, Reading } from '../library.ts';
import type { Page } from '../output/output.ts';
import { nextLines } from './next.ts';
import { questionLines } from './question.ts';
import { taskLine, whyLines } from './task.ts';

/**
 * Where a task that was waited for stands: its line, why, the question if it has one (unless that has just been shown),
 * what to type next.
 */
export function settledLines(
  { runtime, dispatcher }: Library<Reading>,
  task: TaskView,
  page: Page,
  { root, questions: shows = true }: { root: string | null; questions?: boolean },
): string[] {
  const questions =
    shows && task.reason === 'question' ? (runtime.questionsOf(dispatcher, task.id)[0]?.questions ?? []) : [];
  return [
    taskLine(task, page),
    ...whyLines(task, page, root),
    ...questions.flatMap((question) => questionLines(question, page)),
    ...nextLines(task, root, page),
  ];
}
