import { fit, fitEnd, padTo, widthOf } from './width.ts';

export interface Column {
  title: string;
  /** May be cut to make the lines fit: the columns with the lowest number first. */
  shrinks?: number;
  /** No narrower than that while another column can give way. */
  least?: number;
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
  const shrink = (at: number, least: number): void => {
    const taken = Math.max(0, Math.min(excess, widths[at]! - least));
    widths[at]! -= taken;
    excess -= taken;
  };
  for (const at of shrinking) shrink(at, columns[at]!.least ?? narrowest);
  for (const at of shrinking) shrink(at, narrowest);
  return widths;
}
