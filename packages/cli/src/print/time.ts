const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** `just now`, `42 s ago`, `3 min ago`, `5 h ago`, `2 d ago`, then the date; `in 3 min` for what is to come. */
export function relativeTime(timestamp: string, nowMs: number): string {
  const then = Date.parse(timestamp);
  if (Number.isNaN(then)) return '?';
  const seconds = Math.floor((nowMs - then) / 1000);
  // Clocks of two processes differ a little.
  if (Math.abs(seconds) < 5) return 'just now';
  if (Math.abs(seconds) >= 14 * day) return timestamp.slice(0, 10);
  const amount = spanOf(Math.abs(seconds));
  return seconds < 0 ? `in ${amount}` : `${amount} ago`;
}

/** Seconds as one number with the unit that fits. */
export function spanOf(seconds: number): string {
  if (seconds < minute) return `${Math.round(seconds)} s`;
  if (seconds < hour) return `${Math.floor(seconds / minute)} min`;
  if (seconds < 2 * day) return `${Math.floor(seconds / hour)} h`;
  return `${Math.floor(seconds / day)} d`;
}

/** Seconds as a clock that runs: `0:42`, `12:05`, `1:02:03`. */
export function clockOf(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (part: number): string => String(part).padStart(2, '0');
  const rest = `${two(Math.floor(whole / minute) % 60)}:${two(whole % minute)}`;
  return whole < hour ? rest.replace(/^0(?=\d:)/, '') : `${Math.floor(whole / hour)}:${rest}`;
}
