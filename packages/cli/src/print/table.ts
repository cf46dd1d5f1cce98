import { fit, padTo, widthOf } from './width.ts';

export interface Column {
  title: string;
  /** Of the columns of a table one may shrink to make the lines fit. */
  shrinks?: boolean;
  style?: (cell: string, row: number) => string;
}

const gap = 2;
const narrowest = 10;

/** A table whose lines fit into `width`; cells are harmless lines without styles. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
  heading: (text: string) => string,
): string[] {
  const widths = columns.map(({ title }, at) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[at] ?? ''))),
  );
  const total = widths.reduce((sum, one) => sum + one, 0) + gap * (columns.length - 1);
  const shrinking = columns.findIndex(({ shrinks }) => shrinks === true);
  if (total > width && shrinking >= 0)
    widths[shrinking] = Math.max(
      Math.min(narrowest, widths[shrinking]!),
      widths[shrinking]! - (total - width),
    );
  const line = (cells: readonly string[], styled: (cell: string, column: Column) => string): string =>
    columns
      .map((column, at) => {
        const cell = fit(cells[at] ?? '', widths[at]!);
        // Styles are put on afterwards: they take no room.
        const padding = at === columns.length - 1 ? '' : padTo(cell, widths[at]! + gap).slice(cell.length);
        return styled(cell, column) + padding;
      })
      .join('')
      .trimEnd();
  return [
    line(
      columns.map(({ title }) => title),
      (cell) => heading(cell),
    ),
    ...rows.map((row, at) => line(row, (cell, { style }) => style?.(cell, at) ?? cell)),
  ];
}
