import { statSync } from 'node:fs';
import type { Dispatcher, Surroundings } from '../dispatcher.ts';
import { everywhere } from '../read/everywhere.ts';
import { ensureSupervisor } from './ensure.ts';
import { wholeIndex } from './index-boot.ts';
import { hasWork } from './work.ts';
import { requireNoSandbox } from '../tasks/at-rest.ts';

/** What became of one store. */
export interface LookedAfter {
  root: string;
  /** `held`: somebody looks after it already. */
  supervision: 'started' | 'held' | 'no_work' | 'not_started' | 'unreadable';
  /** Why nobody was started; null where somebody looks after it or nobody has to. */
  why: string | null;
}

/**
 * Starts what looks after each store that this user has typed a command for, where there is work; what the service runs
 * after a boot. One that cannot be looked after stops no other. Throws RefusedError `sandboxed`.
 */
export async function superviseEverywhere(surroundings: Surroundings): Promise<LookedAfter[]> {
  requireNoSandbox(surroundings, 'starting supervisors');
  const looked: LookedAfter[] = [];
  for (const { root, found, error } of everywhere(surroundings, (dispatcher) => dispatcher))
    looked.push({ root, ...(found === null ? unreadable(error) : await lookAfterOne(found)) });
  return looked;
}

type OfOne = Omit<LookedAfter, 'root'>;

async function lookAfterOne(dispatcher: Dispatcher): Promise<OfOne> {
  const { store, machine } = dispatcher;
  try {
    // Here, one after the other: a supervisor for each of many stores would do it all at once, most of them for nothing.
    // Another user's index is that user's to make whole.
    if (statSync(store.root).uid === machine.uid) await wholeIndex(dispatcher);
    if (!hasWork(dispatcher)) return { supervision: 'no_work', why: null };
    const supervision = ensureSupervisor(dispatcher);
    if (supervision.kind === 'not_started') return { supervision: 'not_started', why: supervision.why };
    return { supervision: supervision.kind, why: null };
  } catch (error) {
    return unreadable(error instanceof Error ? error.message : String(error));
  }
}

function unreadable(why: string): OfOne {
  return { supervision: 'unreadable', why };
}
