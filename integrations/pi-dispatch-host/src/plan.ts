import { readFileSync } from 'node:fs';

export interface PlanProgress {
  done: number;
  all: number;
}

const item = /^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[([ >xX?!])\](?:[ \t]|$)/;

/** How far the worker says it is, in its own plan; null where there is none. What stands in code fences is no item. */
export function readPlan(path: string | null): PlanProgress | null {
  let text: string;
  try {
    text = readFileSync(path ?? '', 'utf8');
  } catch {
    return null;
  }
  let fence: string | null = null;
  const progress = { done: 0, all: 0 };
  for (const line of text.split(/\r?\n/)) {
    const [, mark = null] = /^ {0,3}(```|~~~)/.exec(line) ?? [];
    if (mark !== null && (fence === null || fence === mark)) fence = fence === null ? mark : null;
    const [, tick] = fence === null ? (item.exec(line) ?? []) : [];
    if (tick === undefined) continue;
    progress.all += 1;
    if (tick.toLowerCase() === 'x') progress.done += 1;
  }
  return progress.all === 0 ? null : progress;
}
