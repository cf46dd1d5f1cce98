import { parseChecklist, type ChecklistItem, type Mark } from './parse-checklist.ts';

/** How far a plan is, with the first item that shows it. */
export type PlanState =
  | { state: 'complete' | 'no_items'; item: null }
  | { state: 'failed_item' | 'blocked_item' | 'incomplete'; item: ChecklistItem };

/** Reads the state of a plan off its marks: a failed item outweighs a blocked one, that an open one. */
export function planState(text: string): PlanState {
  const { items } = parseChecklist(text);
  const first = (...marks: Mark[]) => items.find((item) => marks.includes(item.mark));

  const failed = first('!');
  if (failed) return { state: 'failed_item', item: failed };
  const blocked = first('?');
  if (blocked) return { state: 'blocked_item', item: blocked };
  const open = first(' ', '>');
  if (open) return { state: 'incomplete', item: open };
  return { state: items.length === 0 ? 'no_items' : 'complete', item: null };
}
