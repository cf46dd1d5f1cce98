/** How many characters must be added, removed, changed or swapped with a neighbour to make one text of the other. */
export function editDistance(a: string, b: string): number {
  const [from, to] = [[...a], [...b]];
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let least = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1));
      const swapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) least = Math.min(least, beforeLast[column - 2]! + 1);
      current.push(least);
    }
    [beforeLast, last] = [last, current];
  }
  return last.at(-1)!;
}

/** The names, each once, nearest to the wanted one first. */
export function nearestFirst(wanted: string, names: Iterable<string>): string[] {
  const lower = wanted.toLowerCase();
  return [...new Set(names)]
    .map((name) => ({ name, distance: editDistance(lower, name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name);
}

/** A remedy for a name that does not exist: the one that was probably meant, and all that are valid. */
export function suggestName(wanted: string, names: Iterable<string>): string {
  const [nearest, ...rest] = nearestFirst(wanted, names);
  if (nearest === undefined) return 'There are none.';
  const likely = editDistance(wanted.toLowerCase(), nearest.toLowerCase()) <= Math.max(1, wanted.length / 3);
  return `${likely ? `Did you mean ${nearest}? ` : ''}Valid: ${[nearest, ...rest].join(', ')}.`;
}
