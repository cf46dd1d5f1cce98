import { cursorNameRule, isCursorName, policies, UsageError } from '@dispatch/core';
import { taskModes } from '../arguments/words.ts';

const words: Readonly<Record<string, readonly string[]>> = {
  ...policies,
  task_mode: taskModes.filter((mode) => mode !== 'auto'),
  source: ['inline_prompt', 'prompt_file', 'plan_file'],
};
const lists = ['add_dirs', 'attachments', 'agent_args'];
const texts = [
  ...['prompt', 'plan', 'message', 'question', 'title', 'key', 'guidance'],
  ...['backend', 'model', 'session', 'workspace', 'effort', 'append_system_prompt', 'verify'],
];

/**
 * What a compiler would have refused, of a caller that has none; `needed` are the fields that are never left out.
 * Throws UsageError `invalid_value`.
 */
export function requireWords(request: object, ...needed: string[]): void {
  for (const field of needed)
    if ((request as Record<string, unknown>)[field] == null) throw wrong(field, undefined, 'Give a text.');
  for (const [field, value] of Object.entries(request)) {
    if (value === null || value === undefined) continue;
    if (field === 'settings' || field === 'fresh') requireWords(value as object);
    else if (field.endsWith('_seconds')) requireSeconds(field, value);
    else if (lists.includes(field)) requireTexts(field, value);
    else if (words[field] !== undefined) requireWord(field, value, words[field]);
    else if (field === 'skill') requireSkill(value);
    else if (texts.includes(field)) requireText(field, value);
  }
}

/** Throws UsageError `invalid_value`. */
export function requireText(field: string, value: unknown): void {
  if (typeof value !== 'string') throw wrong(field, value, 'Give a text.');
}

/** Throws UsageError `invalid_value`. */
export function requireCursor(name: unknown): void {
  if (typeof name === 'string' && isCursorName(name)) return;
  throw new UsageError(
    'invalid_value',
    `${JSON.stringify(name)} is no name of a cursor: ${cursorNameRule}`,
    'Give each host a name of its own.',
  );
}

function requireSkill(value: unknown): void {
  const { name, source, text } = value as Partial<Record<string, unknown>>;
  if (![name, source, text].every((one) => typeof one === 'string'))
    throw wrong('skill', value, 'Give what readSkill resolves with.');
}

function requireWord(field: string, value: unknown, wanted: readonly string[]): void {
  if (!wanted.includes(value as string)) throw wrong(field, value, `Give one of ${wanted.join(', ')}.`);
}

function requireSeconds(field: string, value: unknown): void {
  if (!(typeof value === 'number' && value > 0))
    throw wrong(field, value, 'Give seconds, more than 0, or null for no limit.');
}

function requireTexts(field: string, value: unknown): void {
  const isText = (one: unknown): boolean => typeof one === 'string' && !one.includes('\0');
  if (!Array.isArray(value) || !value.every(isText))
    throw wrong(field, value, 'Give a list of texts, none with a zero byte in it.');
}

function wrong(field: string, value: unknown, hint: string): UsageError {
  return new UsageError('invalid_value', `${field} is ${JSON.stringify(value)}`, hint);
}
