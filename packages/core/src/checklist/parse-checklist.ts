import { FenceReader } from './fences.ts';

/** `' '` pending, `>` in progress, `x` done, `?` blocked, `!` failed. */
export type Mark = ' ' | '>' | 'x' | '?' | '!';

export interface ChecklistItem {
  mark: Mark;
  text: string;
  /** From 1. */
  line: number;
}

const itemLine = /^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[([ >xX?!])\](?:[ \t]+(.*))?$/;

/** The checklist items of a Markdown text, nested ones too, in order; what stands in code fences is none. */
export function parseChecklist(text: string): { items: ChecklistItem[] } {
  const fences = new FenceReader();
  const items: ChecklistItem[] = [];
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    if (fences.isCode(line)) continue;
    const match = itemLine.exec(line);
    if (!match) continue;
    const mark = match[1]!.toLowerCase() as Mark;
    items.push({ mark, text: (match[2] ?? '').trim(), line: index + 1 });
  }
  return { items };
}
