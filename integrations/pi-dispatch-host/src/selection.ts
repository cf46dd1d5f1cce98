import { isRecord, textOf } from './envelope.ts';
import type { PiEntry } from './pi.ts';

/** The task that is meant where no id is typed. */
export interface Selection {
  taskId: string;
  /** Its store; null: the one of the folder. */
  root: string | null;
}

/** Of the session's entries that keep it; a path of the session's tree has its own. */
export const selectionEntry = 'dispatch-task';

export function keptSelection(selected: Selection | null): { task_id: string | null; root: string | null } {
  return { task_id: selected?.taskId ?? null, root: selected?.root ?? null };
}

/** What was selected last on this path, by its entries from the first to the newest. */
export function restoreSelection(branch: readonly PiEntry[]): Selection | null {
  const kept = branch.findLast(({ type, customType }) => type === 'custom' && customType === selectionEntry);
  if (!isRecord(kept?.data)) return null;
  const taskId = textOf(kept.data.task_id);
  return taskId === null ? null : { taskId, root: textOf(kept.data.root) };
}
