import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawn, seed } from '../crash/draw.ts';
import type { Outcome } from './outcome.ts';

/** The page is of all cells; `npm test` tries a sample of each column, drawn by a seed. */
const whole = process.env.DISPATCH_CONFORMANCE_RESULTS !== undefined;

/** The cells of a column that are tried in this run: a sample of it, and those that are part of each. */
export function cellsOf<T extends object>(all: readonly T[], sample: number, column: string): readonly T[] {
  if (whole) return all;
  const isAlways = (cell: T): boolean => 'always' in cell && cell.always === true;
  const others = all.filter((cell) => !isAlways(cell));
  return [...all.filter(isAlways), ...drawn(others, sample, column)];
}

/** Says how a sample is drawn, where it is one. */
export function tellSample(table: string, sample: number): void {
  if (!whole) console.log(`${table}, ${sample} cells of each column: DISPATCH_SEED=${seed}`);
}

/** A table of the page: what was tried, and what came of it. */
export class Results {
  readonly #cells: { behaviour: string; agent: string; outcome: Outcome | { kind: 'failed' } }[] = [];

  keep(behaviour: string, agent: string, outcome: Outcome): void {
    this.#cells.push({ behaviour, agent, outcome });
  }

  /** The cell says `failed` where the trial throws, and else the outcome, of which the trial is the assertion. */
  async try(behaviour: string, agent: string, outcome: Outcome, trial: () => Promise<void>): Promise<void> {
    try {
      await trial();
    } catch (error) {
      this.#cells.push({ behaviour, agent, outcome: { kind: 'failed' } });
      throw error;
    }
    this.keep(behaviour, agent, outcome);
  }

  /** Into the folder that `npm run compatibility` names, if it is that which runs the suite. */
  write(name: string, table: { columns: { id: string }[]; rows: string[]; [more: string]: unknown }): void {
    const folder = process.env.DISPATCH_CONFORMANCE_RESULTS;
    if (folder === undefined) return;
    const text = JSON.stringify({ ...table, cells: this.#cells }, null, 2);
    writeFileSync(join(folder, `${name}.json`), text);
  }
}
