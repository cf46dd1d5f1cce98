/** The value below which the share `q` of the values lies (nearest rank). */
export function quantile(values, q) {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))];
}

export function median(values) {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median of the rounds' own ratios: what slows a whole round down stands in both. */
export function medianRatio(rounds) {
  return median(rounds.map(({ ours, floor }) => ours / floor));
}

export function fixed(value, digits = 2) {
  return value.toFixed(digits);
}
