/** `in_range`: between two versions that were measured; `other`: older or newer; `unknown`: it does not say. */
export type Measured = 'measured' | 'in_range' | 'other' | 'unknown';

/** How a version stands to those that argv and parser were measured on. */
export function measuredAs(version: string | null, measured: readonly string[]): Measured {
  if (version === null || measured.length === 0) return 'unknown';
  if (measured.includes(version)) return 'measured';
  const sorted = [...measured].sort(compareVersions);
  const isBetween = compareVersions(version, sorted[0]!) > 0 && compareVersions(version, sorted.at(-1)!) < 0;
  return isBetween ? 'in_range' : 'other';
}

/** By their numbers; what stands behind those (a pre-release) makes a version the older one. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [one, other].map(partsOf) as [number[], number[]];
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return Number(other.includes('-')) - Number(one.includes('-'));
}

function partsOf(version: string): number[] {
  return (/^\d+(\.\d+)*/.exec(version)?.[0] ?? '').split('.').map(Number);
}
