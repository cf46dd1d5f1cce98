import type { Surroundings } from '../dispatcher.ts';
import type { Conformance } from './departure.ts';

export type { Rule, Severity } from './rules.ts';
export type { Conformance, Departure } from './departure.ts';

/**
 * Holds a store against the file format of `docs/file-format.md`, whoever made it; only reads. Loaded when it is asked for,
 * since no other command needs it. Throws NotFoundError `no_store`, StoreError `root_not_a_folder`.
 */
export async function examineStore(
  surroundings: Pick<Surroundings, 'root' | 'environment' | 'cwd' | 'clock'>,
): Promise<Conformance> {
  return (await import('./examine-store.ts')).examineStore(surroundings);
}
