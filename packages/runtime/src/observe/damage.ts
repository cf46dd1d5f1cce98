import { PlantedLink } from '@dispatch/core';
import type { Recorder } from './recorder.ts';

/** Reads what a worker may have replaced by a link, where nothing is recorded of that: null stands for it. */
export function orNull<T>(read: () => T | null): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof PlantedLink) return null;
    throw error;
  }
}

/** Reads what a worker may have replaced by a link: that is recorded as damage, and `otherwise` stands for it. */
export function orDamage<T>(recorder: Recorder, read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof PlantedLink)) throw error;
    recorder.record({
      kind: 'damage_found',
      message: `a link or no regular file: ${error.path}`,
      data: { what: 'planted_link', path: error.path },
    });
    return otherwise;
  }
}
