/** Names of fields, from the record's own down. */
type Path = readonly (string | number)[];

export interface Difference {
  /** The first field that has another value, or is missing; in words. */
  wrong: string | null;
  /** The first field that only `found` has. */
  unknown: string | null;
}

/** Two values as JSON has them: `found` is held against `wanted`, and may have more fields than that. */
export function firstDifference(found: unknown, wanted: unknown): Difference {
  const difference: Difference = { wrong: null, unknown: null };
  // The fold may hold what JSON has no word for.
  compare(found, JSON.parse(JSON.stringify(wanted)), [], difference);
  return difference;
}

function compare(found: unknown, wanted: unknown, path: Path, difference: Difference): void {
  if (difference.wrong !== null) return;
  if (Array.isArray(found) && Array.isArray(wanted)) {
    if (found.length !== wanted.length)
      difference.wrong = `${nameOf(path)} has ${found.length} entries, not ${wanted.length}`;
    wanted.forEach((one, at) => compare(found[at], one, [...path, at], difference));
  } else if (isRecord(found) && isRecord(wanted)) {
    for (const [name, value] of Object.entries(wanted))
      compare(found[name], value, [...path, name], difference);
    const more = Object.keys(found).find((name) => !Object.hasOwn(wanted, name));
    if (more !== undefined) difference.unknown ??= nameOf([...path, more]);
  } else if (found !== wanted) difference.wrong = `${nameOf(path)} is ${shown(found)}, not ${shown(wanted)}`;
}

/** No list, and nothing that only looks like a record. */
function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nameOf(path: Path): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
}

function shown(value: unknown): string {
  const text = value === undefined ? 'missing' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
