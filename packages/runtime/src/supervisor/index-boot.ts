import {
  indexedBoot,
  isTerminal,
  PlantedLink,
  recordIndexedBoot,
  setActiveMarker,
  setDayMarker,
  withGuard,
  withoutDayMarker,
  type Store,
  type Task,
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

/**
 * Sets every marker that a task folder asks for. One that is there was made under this boot, or is synced: it needs
 * nothing. Returns the ids of which one was missing.
 */
export function rebuildIndex({ store }: Dispatcher): string[] {
  const ids = store.taskIds();
  const open = ids.flatMap((id) => openTask(store, id) ?? []);
  return setMarkers(store, withoutDayMarker(store, ids), open);
}

/** `open`: tasks that are not over. Returns the ids of which a marker was missing. */
export function setMarkers(store: Store, noDay: readonly string[], open: readonly Task[]): string[] {
  const missing = [
    ...noDay.filter((id) => unlessPlanted(() => setDayMarker(store, id))),
    ...open
      .filter(({ id, attempts }) =>
        unlessPlanted(() => setActiveMarker(store, { id, attempt: Math.max(0, attempts.length - 1) })),
      )
      .map(({ id }) => id),
  ];
  return [...new Set(missing)];
}

/** False where a link stands in the place of their folder, of which `doctor` tells. */
function unlessPlanted(set: () => boolean): boolean {
  try {
    return set();
  } catch (error) {
    if (error instanceof PlantedLink) return false;
    throw error;
  }
}

export function isOpen(task: Task): boolean {
  return !isTerminal(task) || task.cancel_requested_at !== null;
}

/** Null where it is over, or cannot be read, which is `doctor`'s to tell about. */
function openTask(store: Store, id: string): Task | null {
  try {
    const { task } = store.journal(id).refresh();
    return task !== null && isOpen(task) ? task : null;
  } catch {
    return null;
  }
}
