import { policies, UsageError } from '@dispatch/core';
import { taskModes } from '../arguments/words.ts';

const words: Readonly<Record<string, readonly string[]>> = {
  ...policies,
  task_mode: taskModes.filter((mode) => mode !== 'auto'),
  source: ['inline_prompt', 'prompt_file', 'plan_file'],
};
const texts = [
  'prompt',
  'message',
  'title',
  'backend',
  'model',
  'session',
  'workspace',
  'key',
  'effort',
  'verify',
];

/** What a compiler would have refused, of a caller that has none. Throws UsageError `invalid_value`. */
export function requireWords(request: object): void {
  for (const [field, value] of Object.entries(request)) {
    if (value === null || value === undefined) continue;
    const wanted = words[field];
    if (wanted !== undefined && !wanted.includes(value as string))
      throw wrong(field, value, `Give one of ${wanted.join(', ')}.`);
    if (texts.includes(field) && typeof value !== 'string') throw wrong(field, value, 'Give a text.');
    if (field.endsWith('_seconds') && !(typeof value === 'number' && value > 0))
      throw wrong(field, value, 'Give seconds, more than 0, or null for no limit.');
    if (field === 'agent_args' && hasZeroByte(value)) throw wrong(field, value, 'Leave the zero byte out.');
    if (field === 'settings') requireWords(value as object);
  }
}

function hasZeroByte(value: unknown): boolean {
  return Array.isArray(value) && value.some((argument) => String(argument).includes('\0'));
}

function wrong(field: string, value: unknown, hint: string): UsageError {
  return new UsageError('invalid_value', `${field} is ${JSON.stringify(value)}`, hint);
}
