import {
  cursorNameRule,
  isCheckCommand,
  isCursorName,
  maxCheckBytes,
  parseDuration,
  policies,
  suggestName,
  UsageError,
  type ExecutionMode,
} from '@dispatch/core';
import * as t from 'typanion';

/** What a value may be, as JSON Schema says it, beside the check that says it in code. */
export interface Accepted {
  type: 'string' | 'integer';
  enum?: readonly string[];
  minimum?: number;
}

type Validator<T> = t.StrictValidator<unknown, T> & { accepts?: Accepted };

function accepting<T>(accepts: Accepted, validator: t.StrictValidator<unknown, T>): Validator<T> {
  return Object.assign(validator, { accepts });
}

/** One of a few words; what is none of them is answered with the nearest. */
export function oneOfWords<const T extends readonly string[]>(words: T): Validator<T[number]> {
  const validator = t.makeValidator<unknown, T[number]>({
    test: (value, state): value is T[number] => {
      if (typeof value === 'string' && words.includes(value)) return true;
      return complain(
        state,
        `${JSON.stringify(value)} is none of its values. ${suggestName(String(value), words)}`,
      );
    },
  });
  return accepting({ type: 'string', enum: words }, validator);
}

/** The four modes; `read-only` is taken for `read_only`. */
export function executionMode(): Validator<ExecutionMode> {
  const modes = policies.execution_mode;
  const validator = converted(
    (text) => {
      const word = text.replace('-', '_');
      return modes.find((mode) => mode === word) ?? null;
    },
    `is none of its values: ${modes.join(', ')}`,
  );
  return accepting({ type: 'string', enum: modes }, validator);
}

/** A whole number from `from` on, written in digits; `--limit`, `--attempt`. */
export function wholeNumber(from: number): Validator<number> {
  const validator = converted((text) => {
    const value = Number(text);
    return /^\d{1,9}$/.test(text) && value >= from ? value : null;
  }, `is no whole number from ${from} on`);
  return accepting({ type: 'integer', minimum: from }, validator);
}

/** Seconds of `90s`, `20m`, `1h30m`; `'none'` stays a word, as null would mean that nothing was given. */
export function duration(): t.StrictValidator<unknown, number | 'none'> {
  return converted((text) => {
    try {
      return parseDuration(text) ?? 'none';
    } catch (error) {
      if (error instanceof UsageError) return null;
      throw error;
    }
  }, 'is no duration: write 90s, 20m, 2h, 1h30m, a plain number of seconds, or none');
}

/** How long to wait, in ms, where `duration` was typed; null for no limit, as where it was not. */
export function limitMs(typed: number | 'none' | undefined): number | null {
  return typed === undefined || typed === 'none' ? null : typed * 1000;
}

/** A moment that lies before now: a span, or a date, which is in the local time zone unless it says another. */
export function pastMoment(): t.StrictValidator<unknown, (now: number) => number> {
  return converted((text) => {
    const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00` : text;
    if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(date) && !Number.isNaN(Date.parse(date))) {
      const moment = Date.parse(date);
      return moment > Date.now() ? null : () => moment;
    }
    try {
      const seconds = parseDuration(text);
      return seconds === null ? null : (now) => now - seconds * 1000;
    } catch (error) {
      if (error instanceof UsageError) return null;
      throw error;
    }
  }, 'is no moment that has been: write 20m, 2h, 3d, 2026-11-30 or 2026-11-30T10:00');
}

/** A line of sh that fits into the journal. */
export function checkCommand(): t.StrictValidator<unknown, string> {
  return converted(
    (text) => (isCheckCommand(text) ? text : null),
    `is no command in one line of at most ${maxCheckBytes} bytes: put a longer one into a script`,
  );
}

/** The name of a cursor. */
export function cursorName(): t.StrictValidator<unknown, string> {
  return converted((text) => (isCursorName(text) ? text : null), `is no name of a cursor: ${cursorNameRule}`);
}

/** The number of a question as the mailbox names it: `1` is `001`. */
export function questionNumber(): t.StrictValidator<unknown, string> {
  return converted(
    (text) => (/^\d{1,9}$/.test(text) && Number(text) > 0 ? String(Number(text)).padStart(3, '0') : null),
    'is no number of a question, such as 1 or 001',
  );
}

function converted<T>(convert: (text: string) => T | null, complaint: string): t.StrictValidator<unknown, T> {
  return t.makeValidator<unknown, T & unknown>({
    test: (value, state): value is T & unknown => {
      const result = convert(String(value));
      if (result === null) return complain(state, `${JSON.stringify(value)} ${complaint}`);
      if (state?.coercion) state.coercions?.push([state.p ?? '.', state.coercion.bind(null, result)]);
      return true;
    },
  });
}

function complain(state: t.ValidationState | undefined, message: string): false {
  state?.errors?.push(`${state.p ?? '.'}: ${message}`);
  return false;
}
