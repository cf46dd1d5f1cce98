import { RefusedError, UsageError } from '../errors.ts';
import { isTaskId, matchTaskId } from '../ids/index.ts';
import { recentTaskIds } from './markers.ts';
import { taskNotFound, type Store } from './store.ts';

/**
 * The task that `wanted` names: a whole id, any unambiguous prefix or ending of four or more characters, or `@last`.
 * Throws NotFoundError `task_not_found`, RefusedError `task_ambiguous`, UsageError `task_id_too_short`.
 */
export function findTaskId(store: Store, wanted: string): string {
  if (isTaskId(wanted) && store.hasTask(wanted)) return wanted;
  const ids = wanted === '@last' ? recentTaskIds(store, 1) : store.taskIds();
  const match = matchTaskId(wanted, ids);
  switch (match.result) {
    case 'found':
      return match.id;
    case 'none':
      throw taskNotFound(wanted, store.root);
    case 'too_short':
      throw new UsageError(
        'task_id_too_short',
        `"${wanted}" is too short for a part of a task id`,
        'give four or more of its characters',
      );
    case 'ambiguous':
      throw new RefusedError(
        'task_ambiguous',
        `"${wanted}" could be ${match.candidates.slice(0, 8).join(', ')}`,
        'give more characters',
      );
  }
}
