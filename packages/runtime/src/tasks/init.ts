import { initStore, recordIndexedBoot } from '@dispatch/core';
import type { Surroundings } from '../dispatcher.ts';
import { registerRoot } from '../supervisor/roots.ts';
import { callersSandbox } from './sandboxed.ts';

/** Makes the store if it is not there. `force`: also on a network file system. Throws StoreError, EnvironmentError. */
export function initRoot(
  surroundings: Surroundings,
  { force }: { force: boolean },
): { root: string; created: boolean } {
  const { store, created } = initStore({ ...surroundings }, { force }, surroundings.clock);
  if (callersSandbox(surroundings) === null) registerRoot(surroundings.home, store.root);
  if (created) recordIndexedBoot(store, surroundings.machine.bootId());
  return { root: store.root, created };
}
