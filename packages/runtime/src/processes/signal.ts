import { isProcess, type ProcessEntry, type ProcessRef } from './entry.ts';
import { lookAtProcess } from './table.ts';

/** `gone`: nobody of that number and start time any more. `refused`: a target that is never ours to signal. */
export type SignalOutcome = 'sent' | 'gone' | 'refused' | 'not_permitted';

/** Signals one process, if at this moment it is still the one that was meant. */
export function signalProcess(target: ProcessRef, signal: NodeJS.Signals): SignalOutcome {
  if (!Number.isInteger(target.pid) || target.pid <= 1 || target.pid === process.pid) return 'refused';
  const entry = verified(target);
  return entry === null ? 'gone' : send(target.pid, signal);
}

/**
 * Signals a process group. `witness` is a process seen in it (a zombie will do): while it is there the number belongs
 * to no other group.
 */
export function signalGroup(pgid: number, witness: ProcessRef, signal: NodeJS.Signals): SignalOutcome {
  if (!Number.isInteger(pgid) || pgid <= 1 || pgid === process.pid) return 'refused';
  if (lookAtProcess(process.pid)?.pgid === pgid) return 'refused';
  const entry = verified(witness);
  return entry === null || entry.pgid !== pgid ? 'gone' : send(-pgid, signal);
}

function verified(ref: ProcessRef): ProcessEntry | null {
  const entry = lookAtProcess(ref.pid);
  return isProcess(entry, ref) ? entry : null;
}

function send(target: number, signal: NodeJS.Signals): SignalOutcome {
  try {
    process.kill(target, signal);
    return 'sent';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH') return 'gone';
    if (code === 'EPERM') return 'not_permitted';
    throw error;
  }
}
