import { existsSync } from 'node:fs';
import { openDispatcher, type Dispatcher, type Surroundings } from '../dispatcher.ts';
import { knownRoots } from '../supervisor/roots.ts';

/** What was found in one root, or why it could not be read. */
export type Found<T> = { root: string; found: T; error: null } | { root: string; found: null; error: string };

/** Reads every root that this user has typed a command for; one that is gone is passed over. */
export function everywhere<T>(surroundings: Surroundings, read: (dispatcher: Dispatcher) => T): Found<T>[] {
  const roots = [...new Set(knownRoots(surroundings.home))].filter((root) => existsSync(root));
  return roots.map((root) => {
    try {
      return { root, found: read(openDispatcher({ ...surroundings, root })), error: null };
    } catch (error) {
      return { root, found: null, error: error instanceof Error ? error.message : String(error) };
    }
  });
}
