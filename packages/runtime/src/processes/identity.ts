import type { ProcessIdentity } from '@dispatch/core';
import { entryIn } from './entry-in.ts';
import { isLiving } from './entry.ts';
import type { MachineProbe } from './probe.ts';
import type { ProcessTable } from './table.ts';

export type Liveness = 'alive' | 'ended' | 'unknown';

/** An answer with its reason; `how` completes the sentence "known because …". */
export interface Judgement<S extends string = Liveness> {
  state: S;
  how: string;
}

/** Inode of the pid namespace that a kernel boots with (PROC_PID_INIT_INO, include/linux/proc_ns.h). */
export const INITIAL_PID_NAMESPACE = '4026531836';

type Place = Pick<ProcessIdentity, 'boot_id' | 'host' | 'pid_namespace'>;

/** Whether pids recorded at `place` mean anything here: `same`, or why they cannot, or that all of them have ended. */
export function samePlace(
  place: Place,
  table: ProcessTable,
  machine: MachineProbe,
): Judgement<'same' | 'ended' | 'unknown'> {
  if (place.host === '' || place.host !== machine.host()) {
    return { state: 'unknown', how: `it was recorded on another host (${place.host || 'none named'})` };
  }
  if (place.boot_id === '' || machine.bootId() === '')
    return { state: 'unknown', how: 'the boot is not known' };
  if (place.boot_id !== machine.bootId()) {
    // Without a machine id the host name is all, and many machines are called `localhost`.
    return place.host.startsWith(':')
      ? {
          state: 'unknown',
          how: 'the boot id differs, and this host has no machine id that would show it to be the same',
        }
      : { state: 'ended', how: 'the machine was started again since' };
  }
  if (place.pid_namespace === machine.pidNamespace())
    return { state: 'same', how: 'same host, boot and pid namespace' };
  return otherNamespace(place.pid_namespace, table, machine);
}

/** Whether the recorded process is still that one. `unknown` is never to be taken for an end. */
export function sameProcess(
  identity: ProcessIdentity,
  table: ProcessTable,
  machine: MachineProbe,
): Judgement {
  const place = samePlace(identity, table, machine);
  if (place.state !== 'same') return { state: place.state, how: place.how };
  const { pid, start_time } = identity;
  const entry = entryIn(table, pid);
  if (entry === null) {
    return table.exists(pid)
      ? { state: 'unknown', how: `process ${pid} exists but may not be looked at` }
      : { state: 'ended', how: `there is no process ${pid}` };
  }
  if (entry.start_time !== start_time)
    return { state: 'ended', how: `process ${pid} is another one, started later` };
  return isLiving(entry)
    ? { state: 'alive', how: `process ${pid} has the recorded start time` }
    : { state: 'ended', how: `process ${pid} is a zombie` };
}

/** Every process of a namespace below the initial one is seen from there, so one that nobody is in has ended. */
function otherNamespace(
  namespace: string,
  table: ProcessTable,
  machine: MachineProbe,
): Judgement<'ended' | 'unknown'> {
  const here: Judgement<'unknown'> = {
    state: 'unknown',
    how: `it was recorded in another pid namespace (${namespace || 'none named'})`,
  };
  if (namespace === '' || machine.pidNamespace() !== INITIAL_PID_NAMESPACE) return here;
  const { complete, named } = table.pidNamespaces();
  if (!complete || named.has(namespace)) return here;
  return { state: 'ended', how: `no process is in the pid namespace ${namespace} any more` };
}
