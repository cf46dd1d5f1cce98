import { parseChecklist, type ChecklistItem, type Mark } from './parse-checklist.ts';

export type MarkSet =
  | { kind: 'set'; text: string; item: ChecklistItem }
  /** `candidates`: those that it may have meant; where it fits none, every item there is. */
  | { kind: 'unknown'; candidates: ChecklistItem[] }
  | { kind: 'ambiguous'; candidates: ChecklistItem[] };

/**
 * The plan with another mark on one item; every other byte of it stays. `wanted` is the item's number from 1, its text,
 * or a part of its text that no other item has.
 */
export function setMark(text: string, wanted: string, mark: Mark): MarkSet {
  const { items } = parseChecklist(text);
  const found = itemsFor(items, wanted.trim());
  if (found.length === 0) return { kind: 'unknown', candidates: items };
  if (found.length > 1) return { kind: 'ambiguous', candidates: found };
  const item = found[0]!;
  const start = startOfLine(text, item.line);
  const at = start + text.slice(start).search(/\[[ >xX?!]\]/) + 1;
  return { kind: 'set', text: `${text.slice(0, at)}${mark}${text.slice(at + 1)}`, item: { ...item, mark } };
}

function itemsFor(items: readonly ChecklistItem[], wanted: string): ChecklistItem[] {
  const named = items.filter(({ text }) => text === wanted);
  if (named.length > 0) return named;
  if (/^\d{1,9}$/.test(wanted))
    return items.slice(Number(wanted) - 1, Number(wanted)).filter(() => wanted !== '0');
  const words = wanted.toLowerCase();
  return words === '' ? [] : items.filter(({ text }) => text.toLowerCase().includes(words));
}

/** Where a line begins, counted as `parseChecklist` counts. */
function startOfLine(text: string, line: number): number {
  const ends = /\r\n|\n|\r/g;
  for (let at = 1; at < line; at += 1) ends.exec(text);
  return ends.lastIndex;
}
