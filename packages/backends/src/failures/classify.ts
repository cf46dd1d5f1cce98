import type { FailureClass } from '@dispatch/core';

/** Patterns in order of precedence: a text often names the transport as well as the cause, and the cause counts. */
export type FailureTable = readonly (readonly [FailureClass, RegExp])[];

/** The first class whose pattern the text shows, or null. */
export function matchFailure(table: FailureTable, text: string): FailureClass | null {
  return table.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}

/** What an HTTP status of a model's API says by itself, or null. */
export function failureOfStatus(status: number | null): FailureClass | null {
  if (status === null) return null;
  if (status === 401 || status === 403) return 'auth';
  if (status === 402) return 'quota';
  if (status === 413) return 'context_length';
  if (status === 429) return 'rate_limit';
  if (status === 408) return 'network';
  if (status >= 500 && status < 600) return 'overloaded';
  return null;
}

const maxMessageChars = 2000;

/** A failure's words, short enough for a record. */
export function failureMessage(text: string | null, otherwise: string): string {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? otherwise : trimmed.slice(0, maxMessageChars);
}

/** The lines of a stderr that carry a message: no empty ones, no stack frames, no log lines with a timestamp. */
export function messageLines(stderr: string): string[] {
  return stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && line !== 'Stack backtrace:')
    .filter((line) => !/^\d+: <unknown>$/.test(line) && !/^\d{4}-\d{2}-\d{2}T[\d:.]+Z\s/.test(line));
}
