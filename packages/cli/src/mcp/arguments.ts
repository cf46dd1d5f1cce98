import { UsageError } from '@dispatch/core';
import { takesNoValue, unknownOption } from '../arguments/split.ts';
import type { MadeTool } from './host-tool.ts';

type Input = Readonly<Record<string, unknown>>;

/**
 * The arguments of a tool as they would be typed for its command, which judges them. Only what cannot be typed is refused
 * here: throws UsageError in the words that the command has for it.
 */
export function argvOf(command: string, input: Input, { form, inputSchema, words }: MadeTool): string[] {
  const properties: Readonly<Record<string, { type?: unknown; items?: unknown }>> =
    (inputSchema.properties as Record<string, object> | undefined) ?? {};
  const options: string[] = [];
  for (const [property, value] of Object.entries(input)) {
    const name = optionOf(property);
    if (!Object.hasOwn(properties, property)) {
      const own = Object.keys(properties).filter((one) => !words.includes(one));
      throw unknownOption(name, own.map(optionOf), form);
    }
    if (value === null || words.includes(property)) continue;
    if (properties[property]?.type === 'boolean') options.push(...flag(name, value));
    else for (const one of listOf(value)) options.push(`${name}=${textOf(name, one)}`);
  }
  const typed = words.flatMap((property) =>
    listOf(input[property] ?? []).map((one) => textOf(property.toUpperCase(), one)),
  );
  return [command, ...options, '--', ...typed];
}

function optionOf(property: string): string {
  return `--${property.replaceAll('_', '-')}`;
}

function flag(name: string, value: unknown): string[] {
  if (value === false) return [];
  if (value === true) return [name];
  throw takesNoValue(name, textOf(name, value));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  throw new UsageError('invalid_value', `${name}: ${JSON.stringify(value)} is no text`);
}
