import type { AnyEvent } from './lines.ts';

/** A repair's word: what is missing from `missing_from` to `missing_to`, so that the journal goes on behind it. */
export interface Repair {
  missing_from: number;
  missing_to: number;
}

/** What an event says is missing; null where it is no repair. */
export function repairIn(event: AnyEvent, known: boolean): Repair | null {
  return event.kind === 'repaired' && known ? (event.data as unknown as Repair) : null;
}

/**
 * Which lines of a journal count, asked line by line: the first one with each sequence, in order. Where a sequence is
 * missing, the journal goes on only behind what the first repair that begins there names.
 */
export class SequenceOrder {
  /** A sequence that is missing while later ones stand behind it; nothing counts from there on. */
  gap: { expected: number; found: number } | null = null;
  #expected: number;
  readonly #repairs: () => readonly Repair[];

  /** `repairs` of the whole journal, wherever they stand; asked for only where a sequence is missing. */
  constructor(first: number, repairs: () => readonly Repair[]) {
    this.#expected = first;
    this.#repairs = repairs;
  }

  counts(sequence: number): boolean {
    if (this.gap !== null || sequence < this.#expected) return false;
    if (sequence > this.#expected) {
      const goOn = this.#goesOnAt(this.#expected);
      if (goOn === null || sequence > goOn) {
        this.gap = { expected: this.#expected, found: sequence };
        return false;
      }
      if (sequence < goOn) return false;
    }
    this.#expected = sequence + 1;
    return true;
  }

  #goesOnAt(missing: number): number | null {
    const repair = this.#repairs().find(
      ({ missing_from: from, missing_to: to }) => from === missing && to >= missing,
    );
    return repair === undefined ? null : repair.missing_to + 1;
  }
}
