import { readOption, takesValue } from '../arguments/options.ts';
import { grammarOf } from '../arguments/parse.ts';
import { splitArguments } from '../arguments/split.ts';
import { withSubCommand } from '../arguments/sub-command.ts';
import { commandNames, loadCommand, loadCommands, subCommandsOf } from '../commands/index.ts';
import type { Context } from '../context.ts';
import { harmlessLine } from '../print/harmless.ts';
import { optionValues, tasks, wordValues } from './values.ts';

export interface Candidate {
  value: string;
  description: string;
}

/**
 * What can stand in the place of the last of the words that were typed behind `dispatch`; null: names of files. What
 * cannot be found out is left out: a completion has nobody to tell.
 */
export async function candidatesFor(words: readonly string[], context: Context): Promise<Candidate[] | null> {
  const before = words.slice(0, -1);
  const current = words.at(-1) ?? '';
  const [, name = '', value] = /^(--[^=]+)=([\s\S]*)$/.exec(current) ?? [];
  if (value !== undefined) {
    const values = await optionValues(name, context);
    return values && starting(value, values).map((one) => ({ ...one, value: `${name}=${one.value}` }));
  }
  const { command } = withSubCommand(splitArguments(before));
  const last = readOption(before.at(-1) ?? '');
  if (last !== null && last.value === null && takesValue(last.name, command)) {
    const values = await optionValues(last.name, context);
    return values && starting(current, values);
  }
  if (command === null) return starting(current, await firstWords());
  const seconds = subCommandsOf(command);
  if (seconds.length > 0) return starting(current, await secondWords(command));
  const found = await loadCommand(command);
  if (found === null) return [];
  const { form, options } = grammarOf(found);
  if (current.startsWith('-')) return starting(current, [...options.flatMap(optionOf), ...globals]);
  if (/ ID\b/.test(form)) return starting(current, await tasks(context));
  return starting(current, await wordValues(command, context));
}

function starting(current: string, all: readonly Candidate[]): Candidate[] {
  return all.filter(({ value }) => value.startsWith(current));
}

async function firstWords(): Promise<Candidate[]> {
  const described = new Map<string, string>();
  for (const one of await loadCommands()) {
    const [first = ''] = grammarOf(one).word.split(' ');
    const isGroup = subCommandsOf(first).length > 0;
    if (!described.has(first))
      described.set(first, isGroup ? `${subCommandsOf(first).join(', ')}` : (one.usage?.description ?? ''));
  }
  return [...described].map(([value, description]) => ({ value, description: harmlessLine(description) }));
}

async function secondWords(group: string): Promise<Candidate[]> {
  const names = commandNames.filter((name) => name.startsWith(`${group} `));
  return Promise.all(
    names.map(async (name) => ({
      value: name.slice(group.length + 1),
      description: (await loadCommand(name))?.usage?.description ?? '',
    })),
  );
}

function optionOf({ names, description }: { names: string[]; description: string }): Candidate[] {
  return names.map((value) => ({ value, description }));
}

const globals: readonly Candidate[] = [
  { value: '--json', description: 'one JSON document on stdout' },
  { value: '--root', description: 'the store' },
  { value: '--help', description: 'help on the command' },
];
