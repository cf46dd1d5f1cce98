import { UsageError } from '../errors.ts';

const secondsOf = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const longestSeconds = 366 * secondsOf.d;
const duration = /^(?:\d{1,9}(?:\.\d{1,3})?[smhd])+$/;

/**
 * Seconds of `90s`, `20m`, `1h30m`, `2d` or a plain number of seconds; null for `none`.
 * Throws UsageError `invalid_duration`; 0 is none, as nothing could ever be done in it.
 */
export function parseDuration(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed === 'none') return null;

  let seconds = Number.NaN;
  if (/^\d{1,9}(?:\.\d{1,3})?$/.test(trimmed)) seconds = Number(trimmed);
  else if (duration.test(trimmed)) {
    seconds = 0;
    for (const [, amount, unit] of trimmed.matchAll(/([\d.]+)([smhd])/g)) {
      seconds += Number(amount) * secondsOf[unit as keyof typeof secondsOf];
    }
  }
  if (seconds > 0 && seconds <= longestSeconds) return seconds;
  throw new UsageError(
    'invalid_duration',
    `${JSON.stringify(text)} is no duration between a moment and a year`,
    'Write 90s, 20m, 2h, 1h30m, a plain number of seconds, or none.',
  );
}

/** The seconds as `parseDuration` reads them, whole milliseconds of them: `20m`, `1h30m`, `0.5s`. */
export function durationText(seconds: number): string {
  let left = Math.max(1, Math.round(seconds * 1000));
  const parts: string[] = [];
  for (const unit of ['d', 'h', 'm'] as const) {
    const size = secondsOf[unit] * 1000;
    if (left >= size) parts.push(`${Math.floor(left / size)}${unit}`);
    left %= size;
  }
  return `${parts.join('')}${left === 0 ? '' : `${left / 1000}s`}`;
}
