import type { Task } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';

/** A task as its journal has it; null where that cannot be read, which its own examination reports. */
export function readTask({ store }: Dispatcher, id: string): Task | null {
  try {
    return store.journal(id).refresh().task;
  } catch {
    return null;
  }
}
