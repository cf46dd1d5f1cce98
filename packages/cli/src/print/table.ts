import { fit, fitEnd, padTo, widthOf } from './width.ts';

export interface Column {
  title: string;
  /** May be cut to make the lines fit: the columns with the lowest number first. */
  shrinks?: number;
  /** Cut at its beginning. */
  keepsEnd?: boolean;
  style?: (cell: string, row: number) => string;
}

const gap = 2;
const narrowest = 10;

/** A table whose lines fit into `width` as far as its columns can be cut; cells are harmless lines without styles. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
  heading: (text: string) => string,
): string[] {
  const widths = widthsOf(columns, rows, width);
  const line = (cells: readonly string[], styled: (cell: string, column: Column) => string): string =>
    columns
      .map((column, at) => {
        const cell = (column.keepsEnd ? fitEnd : fit)(cells[at] ?? '', widths[at]!);
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

function widthsOf(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): number[] {
  const widths = columns.map(({ title }, at) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[at] ?? ''))),
  );
  let excess = widths.reduce((sum, one) => sum + one, 0) + gap * (columns.length - 1) - width;
  const shrinking = [...columns.keys()]
    .filter((at) => columns[at]!.shrinks !== undefined)
    .sort((one, other) => columns[one]!.shrinks! - columns[other]!.shrinks!);
  for (const at of shrinking) {
    if (excess <= 0) break;
    const least = Math.min(narrowest, widths[at]!);
    const taken = Math.min(excess, widths[at]! - least);
    widths[at]! -= taken;
    excess -= taken;
  }
  return widths;
}
