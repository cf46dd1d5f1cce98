import { statSync } from 'node:fs';
import {
  highestLink,
  holdsLink,
  takeLink,
  touchLink,
  type Link,
  type ProcessIdentity,
  type RootRef,
} from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { lookAtProcess, lookAtProcesses, sameProcess } from '../processes/index.ts';

interface Holder extends ProcessIdentity {
  root: RootRef;
}

/** Who looks after the store, as far as can be judged from here. */
export type LeaseState =
  | { kind: 'free'; epoch: number }
  | { kind: 'held'; epoch: number; pid: number }
  /** Held on another host or in another pid namespace; `silent_ms` since it last showed itself. */
  | { kind: 'unknown'; epoch: number; how: string; silentMs: number };

/** Reads the lease. Free means released, never taken, or its holder is proved to be gone. */
export function readLease(dispatcher: Dispatcher): LeaseState {
  const link = highestLink(dispatcher.store.layout.lease);
  if (link === null) return { kind: 'free', epoch: 0 };
  const holder = asHolder(link.content);
  if (holder === null) return { kind: 'free', epoch: link.epoch };
  if (holder.root.path !== dispatcher.store.root || holder.root.ino !== dispatcher.store.ref.ino)
    return { kind: 'free', epoch: link.epoch };
  const judged = sameProcess(holder, lookAtProcesses([holder.pid]), dispatcher.machine);
  switch (judged.state) {
    case 'alive':
      return { kind: 'held', epoch: link.epoch, pid: holder.pid };
    case 'ended':
      return { kind: 'free', epoch: link.epoch };
    case 'unknown':
      return { kind: 'unknown', epoch: link.epoch, how: judged.how, silentMs: silence(dispatcher, link) };
  }
}

function silence(dispatcher: Dispatcher, link: Link): number {
  return Math.max(0, dispatcher.clock.now().getTime() - statSync(link.path).mtimeMs);
}

/** Whether a link of the chain says who holds the store, or that it was released. */
export function isLeaseRecord(content: unknown): boolean {
  return (
    asHolder(content) !== null || (typeof content === 'object' && content !== null && 'released' in content)
  );
}

function asHolder(content: unknown): Holder | null {
  if (typeof content !== 'object' || content === null || 'released' in content) return null;
  const holder = content as Partial<Holder>;
  const strings = [
    holder.start_time,
    holder.boot_id,
    holder.host,
    holder.pid_namespace,
    holder.root?.path,
    holder.root?.ino,
  ];
  return typeof holder.pid === 'number' && strings.every((value) => typeof value === 'string')
    ? (holder as Holder)
    : null;
}

/** Ownership of a store's attempts while this process lives; there is no other claim to it than the highest link. */
export class Lease {
  readonly #dispatcher: Dispatcher;
  readonly epoch: number;

  private constructor(dispatcher: Dispatcher, epoch: number) {
    this.#dispatcher = dispatcher;
    this.epoch = epoch;
  }

  /** Null where somebody has it, may have it, or was quicker. */
  static take(dispatcher: Dispatcher): Lease | null {
    const state = readLease(dispatcher);
    if (state.kind !== 'free') return null;
    return Lease.takeAfter(dispatcher, state.epoch);
  }

  /** `doctor --take-over` only, where nothing can be proved but the user says so. */
  static takeAfter(dispatcher: Dispatcher, epoch: number): Lease | null {
    const { machine, store } = dispatcher;
    const own = lookAtProcess(process.pid);
    const holder: Holder = {
      pid: process.pid,
      start_time: own?.start_time ?? '',
      boot_id: machine.bootId(),
      host: machine.host(),
      pid_namespace: machine.pidNamespace(),
      root: store.ref,
    };
    return takeLink(store.layout.lease, epoch + 1, holder) ? new Lease(dispatcher, epoch + 1) : null;
  }

  holds(): boolean {
    return holdsLink(this.#dispatcher.store.layout.lease, this.epoch);
  }

  /** Shows that its holder still looks. */
  touch(): void {
    const path = `${this.#dispatcher.store.layout.lease}/${this.epoch}`;
    touchLink({ path }, this.#dispatcher.clock.now());
  }

  release(): void {
    takeLink(this.#dispatcher.store.layout.lease, this.epoch + 1, { released: true, by: process.pid });
  }
}
