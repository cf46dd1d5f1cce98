import { isMissing, PlantedLink, requireFolder } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import type { Report } from './finding.ts';

/** The store's own folders: through a link in place of one nothing is read or written, and little works. */
export function examineFolders({ store }: Dispatcher, report: Report): void {
  const { tasks, index, active, keys, supervisor, lease, cursors } = store.layout;
  for (const path of [tasks, index, active, keys, supervisor, lease, cursors])
    try {
      requireFolder(path);
    } catch (error) {
      if (isMissing(error)) continue;
      if (!(error instanceof PlantedLink)) throw error;
      report({
        what: 'planted_link',
        task_id: null,
        path,
        action: 'not followed; look at it, remove it by hand, and run this again',
        repaired: false,
      });
    }
}
