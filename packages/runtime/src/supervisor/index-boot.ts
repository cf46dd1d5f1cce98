import {
  indexedBoot,
  isTerminal,
  recordIndexedBoot,
  setActiveMarker,
  setDayMarker,
  withGuard,
} from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';

/**
 * Makes the index whole where it was last known to be so under another boot: a power cut may have undone the making of
 * a marker that somebody saw.
 */
export async function wholeIndex(dispatcher: Dispatcher): Promise<void> {
  const bootId = dispatcher.machine.bootId();
  if (bootId === '' || indexedBoot(dispatcher.store) === bootId) return;
  await withGuard(dispatcher.store.layout.index, () => {
    rebuildIndex(dispatcher);
    recordIndexedBoot(dispatcher.store, bootId);
  });
}

/** Sets every marker that a task folder asks for. Returns the ids of which one was missing. */
export function rebuildIndex({ store }: Dispatcher): string[] {
  const missing: string[] = [];
  for (const id of store.taskIds()) {
    try {
      const { task } = store.journal(id).refresh();
      let isMissing = setDayMarker(store, id);
      const isOpen = task !== null && (!isTerminal(task) || task.cancel_requested_at !== null);
      if (isOpen && setActiveMarker(store, { id, attempt: Math.max(0, task.attempts.length - 1) }))
        isMissing = true;
      if (isMissing) missing.push(id);
    } catch {
      // A damaged task is `doctor`'s to tell about.
    }
  }
  return missing;
}
