import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { NotFoundError } from '@dispatch/core';
import { openDispatcher, type Dispatcher, type Surroundings } from '../dispatcher.ts';
import { openIds } from '../read/look-after.ts';
import { callersSandbox } from '../tasks/sandboxed.ts';
import { plantedFolder } from './ensure.ts';
import { readLease } from './lease.ts';
import { hasWork } from './work.ts';

/** Who looks after one store. */
export interface StoreStatus {
  root: string;
  /** Whether there is anything to look after. */
  has_work: boolean;
  supervisor: {
    /** `unknown`: cannot be judged from here; `how` says why. */
    state: 'held' | 'free' | 'unknown';
    /** Of the lease; 0 where nobody ever had it, or it was not read. */
    epoch: number;
    pid: number | null;
    how: string | null;
    /** When the lease was taken, where the file system tells. */
    since: string | null;
    /** When its holder last showed itself. */
    seen_at: string | null;
  };
}

/**
 * Looks only: starts and repairs nothing. Null where no store was named and none is here. Throws NotFoundError `no_store`
 * where one was named, StoreError.
 */
export function storeStatus(surroundings: Surroundings): StoreStatus | null {
  const dispatcher = openIfThere(surroundings);
  if (dispatcher === null) return null;
  return {
    root: dispatcher.store.root,
    has_work: hasWork(dispatcher, new Set(), openIds(dispatcher)),
    supervisor: supervisorStatus(dispatcher),
  };
}

function openIfThere(surroundings: Surroundings): Dispatcher | null {
  const isNamed = surroundings.root !== null || Boolean(surroundings.environment['DISPATCH_ROOT']);
  try {
    return openDispatcher(surroundings);
  } catch (error) {
    if (!isNamed && error instanceof NotFoundError && error.code === 'no_store') return null;
    throw error;
  }
}

function supervisorStatus(dispatcher: Dispatcher): StoreStatus['supervisor'] {
  const sandbox = callersSandbox(dispatcher);
  if (sandbox !== null) return unknown(`inside a sandbox: ${sandbox.evidence}`);
  const planted = plantedFolder(dispatcher);
  if (planted !== null) return unknown(planted);
  const lease = readLease(dispatcher);
  const { epoch } = lease;
  switch (lease.kind) {
    case 'free':
      return { state: 'free', epoch, pid: null, how: null, since: null, seen_at: null };
    case 'held':
      return { state: 'held', epoch, pid: lease.pid, how: null, ...timesOf(dispatcher, epoch) };
    case 'unknown':
      return { ...unknown(lease.how), epoch, ...timesOf(dispatcher, epoch) };
  }
}

function unknown(how: string): StoreStatus['supervisor'] {
  return { state: 'unknown', epoch: 0, pid: null, how, since: null, seen_at: null };
}

/** Its link is the file that was made for it, touched at each slow poll of its holder. */
function timesOf({ store }: Dispatcher, epoch: number): { since: string | null; seen_at: string | null } {
  const stat = lstatSync(join(store.layout.lease, String(epoch)), { throwIfNoEntry: false });
  if (stat === undefined) return { since: null, seen_at: null };
  const { birthtime, mtime } = stat;
  return { since: birthtime.getTime() > 0 ? birthtime.toISOString() : null, seen_at: mtime.toISOString() };
}
