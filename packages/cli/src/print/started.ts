import type { StartedTask } from '@dispatch/runtime';
import type { Page } from '../output/output.ts';
import { harmlessLine } from './harmless.ts';
import { nextLines } from './next.ts';
import { taskLine } from './task.ts';
import { wrap } from './wrap.ts';

/** What `run`, `resume` and `start` say once the task is on disk and its agent at work; nothing is next where they follow. */
export function startedLines(
  started: StartedTask,
  page: Page,
  { root, follows = false }: { root: string | null; follows?: boolean },
): string[] {
  const { task, why, notices, sandbox, start_hint: hint } = started;
  const { style, width } = page;
  return [
    taskLine(task, page),
    ...(why === null ? [] : wrap(`  ${harmlessLine(why)}`, width, 2).map(style.dim)),
    ...notices.flatMap((notice) => wrap(`  ${harmlessLine(notice)}`, width, 2).map(style.magenta)),
    ...(sandbox === null
      ? follows
        ? []
        : nextLines(task, root, page)
      : [
          style.magenta(
            `  Recorded, not started: this is a sandbox (${harmlessLine(sandbox)}), whose processes die with this call.`,
          ),
          `Next, outside of it: ${style.bold(hint ?? '')}`,
        ]),
  ];
}
