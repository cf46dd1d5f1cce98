import { isTaskId } from './task-id.ts';

export type TaskIdMatch =
  | { result: 'found'; id: string }
  | { result: 'none' }
  | { result: 'ambiguous'; candidates: string[] }
  | { result: 'too_short' };

const shortestPart = 4;

/**
 * The task that was meant: a whole id, an unambiguous beginning or ending of four or more characters in either case,
 * or `@last` for the newest. What is no id among `ids` is passed over. Candidates come oldest first.
 */
export function matchTaskId(wanted: string, ids: Iterable<string>): TaskIdMatch {
  const known = [...new Set(ids)].filter(isTaskId).sort();
  if (wanted === '@last') {
    const newest = known.at(-1);
    return newest === undefined ? { result: 'none' } : { result: 'found', id: newest };
  }
  if (!/^[0-9a-z]*$/i.test(wanted)) return { result: 'none' };
  if (wanted.length < shortestPart) return { result: 'too_short' };

  const part = wanted.toLowerCase();
  const candidates = known.filter((id) => id.startsWith(part) || id.endsWith(part));
  const [id] = candidates;
  if (id === undefined) return { result: 'none' };
  return candidates.length === 1 ? { result: 'found', id } : { result: 'ambiguous', candidates };
}
