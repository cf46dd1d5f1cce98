import { LAUNCHER_STEP, MARK, MARK_ROOT } from '../processes/mark.ts';

export const TASK_DIR = 'DISPATCH_TASK_DIR';

const own = new Set([MARK, MARK_ROOT, TASK_DIR, LAUNCHER_STEP]);

/** What dispatch itself puts into an attempt, which no other attempt and no supervisor may inherit. */
export function isMark(name: string): boolean {
  return own.has(name) || name.startsWith('DISPATCH_ASK_');
}
