import type { Row } from '../print/list.ts';

/** What differs in a list from one look to the next. */
export class ListChanges {
  readonly #told: (row: Row) => string;
  #before = new Map<string, { row: Row; as: string }>();

  /** `told`: what of a row is told; another one is a change. */
  constructor(told: (row: Row) => string) {
    this.#told = told;
  }

  /** Rows that are new or say something else, in the order of the list, and those that are in it no more. */
  since(rows: readonly Row[]): { changed: Row[]; gone: Row[] } {
    const before = this.#before;
    this.#before = new Map(rows.map((row) => [keyOf(row), { row, as: this.#told(row) }]));
    return {
      changed: rows.filter((row) => before.get(keyOf(row))?.as !== this.#before.get(keyOf(row))?.as),
      gone: [...before].flatMap(([key, { row }]) => (this.#before.has(key) ? [] : [row])),
    };
  }
}

function keyOf(row: Row): string {
  return `${'root' in row ? row.root : ''}\0${row.task_id}`;
}
