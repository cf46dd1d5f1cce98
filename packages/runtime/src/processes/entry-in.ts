import { lookAtProcess, type ProcessTable } from './table.ts';
import type { ProcessEntry } from './entry.ts';

/** The process of that number at the look; where the look missed it and the kernel knows the number, as it is now. */
export function entryIn(table: ProcessTable, pid: number): ProcessEntry | null {
  const entry = table.entries.get(pid);
  if (entry !== undefined) return entry;
  return table.exists(pid) ? lookAtProcess(pid) : null;
}
