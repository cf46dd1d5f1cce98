import type { Rule } from '../../src/conformance/rules.ts';
import { inTheIndex, inTheRoot, ofCursors, ofKeys } from './bad-roots.ts';
import { inTheJournal, inTheSnapshot } from './bad-journals.ts';
import { inTheMailbox, inTheOutputs, inTheTask } from './bad-tasks.ts';
import type { LaidOut } from './laid-out.ts';

/** A damage to the good store, and the one rule that it breaks. */
export interface BadStore {
  what: string;
  rule: Rule;
  /** Where, relative to the root. */
  path: string | ((store: LaidOut) => string);
  /** Of the journal. */
  line?: number;
  damage(store: LaidOut): void;
}

/** Each rule is broken by one at least. */
export const badStores: readonly BadStore[] = [
  ...inTheRoot,
  ...inTheIndex,
  ...ofCursors,
  ...ofKeys,
  ...inTheTask,
  ...inTheJournal,
  ...inTheSnapshot,
  ...inTheMailbox,
  ...inTheOutputs,
];
