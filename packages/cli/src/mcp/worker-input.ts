import { UsageError } from '@dispatch/core';
import type { ToolWords } from './tools.ts';

type Input = Readonly<Record<string, unknown>>;

/** Throws UsageError `invalid_value`. */
export function requiredText(input: Input, name: string): string {
  const value = optionalText(input, name);
  if (value !== null && value.trim() !== '') return value;
  throw new UsageError('invalid_value', `${name} is missing or empty`, `Give ${name} as a text.`);
}

/** Throws UsageError `invalid_value`. */
export function optionalText(input: Input, name: string): string | null {
  const value = input[name];
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value;
  throw new UsageError('invalid_value', `${name} is no text: ${JSON.stringify(value)}`);
}

/** Throws UsageError `invalid_value`. */
export function requiredWord(input: Input, name: string, words: readonly string[]): string {
  const value = requiredText(input, name);
  if (words.includes(value)) return value;
  throw new UsageError(
    'invalid_value',
    `${name} cannot be ${JSON.stringify(value)}`,
    `Give one of ${words.join(', ')}.`,
  );
}

/** What is misspelt would be lost. Throws UsageError `invalid_value`. */
export function requireKnown(input: Input, { properties = {} }: ToolWords['inputSchema']): void {
  const unknown = Object.keys(input).find((name) => !Object.hasOwn(properties, name));
  if (unknown === undefined) return;
  throw new UsageError(
    'invalid_value',
    `there is no argument ${JSON.stringify(unknown)}; nothing was done`,
    `Arguments: ${Object.keys(properties).join(', ')}.`,
  );
}
