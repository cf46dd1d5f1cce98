import { constants, closeSync } from 'node:fs';
import { openSized, parseChecklist, readFrom } from '@dispatch/core';

/** How far the worker says it is, in its own plan. */
export interface PlanProgress {
  /** Items marked `x`. */
  done: number;
  total: number;
}

/** Far more than any plan; what is larger is something else, and would hold up every look at the task. */
const mostBytes = 1024 * 1024;

/** The items of a plan; null where there are none, or no plan that can be read: a link, a pipe, more than 1 MiB. */
export function planProgress(path: string): PlanProgress | null {
  const text = textOf(path);
  if (text === null) return null;
  const { items } = parseChecklist(text);
  return items.length === 0
    ? null
    : { done: items.filter(({ mark }) => mark === 'x').length, total: items.length };
}

function textOf(path: string): string | null {
  try {
    const { fd, size } = openSized(path, constants.O_RDONLY);
    try {
      return size > mostBytes ? null : readFrom(fd, 0, size).toString('utf8');
    } finally {
      closeSync(fd);
    }
  } catch {
    // The plan is the worker's own: nothing that it does there keeps anybody from looking at the task.
    return null;
  }
}
