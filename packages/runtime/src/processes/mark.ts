import type { ProcessTable } from './table.ts';

/** Every process of an attempt inherits the mark, and with it the root that it belongs to. */
export const MARK = 'DISPATCH_ATTEMPT';
export const MARK_ROOT = 'DISPATCH_ROOT';
/** Set by the launcher for its own `link`, `mv` and `rm`, which are its children as the agent is. */
export const LAUNCHER_STEP = 'DISPATCH_LAUNCHER_STEP';

export function markOf(taskId: string, attempt: number): string {
  return `${taskId}:${attempt}`;
}

/** Whose mark to look for; without `attempt`, any attempt's of the task. */
export interface MarkSought {
  taskId: string;
  attempt?: number | undefined;
  /** The root's real path. */
  rootPath: string;
}

/**
 * `marked` and `other` are certain; `hidden` where the environment says nothing (not ours to read, a zombie, in
 * `execve`, or started without variables).
 */
export function markedness(
  table: ProcessTable,
  pid: number,
  sought: MarkSought,
): 'marked' | 'other' | 'hidden' {
  const look = table.environ(pid);
  if (look.kind !== 'read') return 'hidden';
  const mark = look.value.get(MARK);
  if (mark === undefined || look.value.get(MARK_ROOT) !== sought.rootPath) return 'other';
  const wanted = sought.attempt === undefined ? `${sought.taskId}:` : markOf(sought.taskId, sought.attempt);
  const fits =
    sought.attempt === undefined ? mark.startsWith(wanted) : mark === wanted || mark.startsWith(`${wanted}:`);
  return fits ? 'marked' : 'other';
}
