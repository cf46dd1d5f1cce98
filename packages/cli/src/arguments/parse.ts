import { UsageError } from '@dispatch/core';
import type { CommandClass, DispatchCommand } from '../commands/command.ts';
import type { Context } from '../context.ts';
import { CliBuilder, Command, NoLimits, type CommandBuilder, type RunState } from './clipanion.ts';
import { valuedOptions } from './options.ts';
import type { Accepted } from './values.ts';
import { givenTwice, takesNoValue, unknownOption, type Typed } from './split.ts';

interface OptionSpec {
  definition(builder: CommandBuilder<never>, key: string): void;
  transformer(builder: CommandBuilder<never>, key: string, state: Parsed, context: Context): unknown;
  validator?: { accepts?: Accepted } | undefined;
}

/** What clipanion's fields read their values from. */
type Parsed = Pick<RunState, 'options' | 'positionals'>;

/** A field of a command, as its class declares it. */
interface Field {
  key: string;
  spec: OptionSpec;
  /** The first name of the option that it declares, if that is what it declares. */
  option: string | null;
}

/** A command's grammar, as its class declares it. */
export interface Grammar {
  word: string;
  form: string;
  options: {
    names: string[];
    takesValue: boolean;
    repeats: boolean;
    isRequired: boolean;
    description: string;
    /** Null where any text may be right. */
    accepts: Accepted | null;
  }[];
  /** What stands beside the options, in this order; only the last may be one of many. */
  words: { name: string; isRequired: boolean; isMany: boolean }[];
}

/**
 * Reads what was typed by the grammar of its command. What clipanion's state machine would make of it is known by then,
 * and building one costs each start of `run` 6 ms. Throws UsageError that names the value and the form.
 */
export function parseCommand(commandClass: CommandClass, typed: Typed, context: Context): DispatchCommand {
  const { builder, fields } = register(commandClass);
  const form = formOf(builder, commandClass);
  const state: Parsed = {
    options: checkedOptions(builder, typed, form),
    positionals: checkedWords(builder, commandClass, typed, form),
  };
  const command = new commandClass();
  command.context = context;
  try {
    for (const { key, spec } of fields)
      Object.assign(command, { [key]: spec.transformer(builder, key, state, context) });
  } catch (error) {
    // A validator's: clipanion words it as `Invalid value for --name: <message>`.
    const [, name, message] =
      /^Invalid value for ([^:]+): ([\s\S]*)$/.exec(error instanceof Error ? error.message : '') ?? [];
    if (name === undefined) throw error;
    throw new UsageError('invalid_value', `${name}: ${message}`, `Form: ${form}`, { cause: error });
  }
  return command;
}

export function grammarOf(commandClass: CommandClass): Grammar {
  const { builder, fields } = register(commandClass);
  return {
    word: builder.paths[0]!.join(' '),
    form: formOf(builder, commandClass),
    options: builder.options
      .filter(({ hidden }) => !hidden)
      .map(({ names, arity, description, required }) => ({
        names,
        takesValue: arity === 1,
        repeats: names.some((name) => repeatable.includes(name)),
        isRequired: required === true,
        description: description ?? '',
        accepts: fields.find(({ option }) => option === names[0])?.spec.validator?.accepts ?? null,
      })),
    words: wordsOf(builder, commandClass),
  };
}

function wordsOf(builder: CommandBuilder<never>, { agentArguments }: CommandClass): Grammar['words'] {
  const { leading, extra } = builder.arity;
  const first = leading.map((name) => ({ name, isRequired: true, isMany: false }));
  if (Array.isArray(extra))
    return [...first, ...extra.map((name) => ({ name, isRequired: false, isMany: false }))];
  const last = first.pop() ?? { name: agentArguments ? 'args' : 'id', isRequired: false };
  return [...first, { ...last, isMany: true }];
}

function register(commandClass: CommandClass) {
  const builder = new CliBuilder({ binaryName: 'dispatch' }).command() as CommandBuilder<never>;
  for (const path of commandClass.paths ?? []) builder.addPath(path);
  const fields: Field[] = [];
  for (const [key, value] of Object.entries(new commandClass())) {
    if (typeof value !== 'object' || value === null || !(Command.isOption in value)) continue;
    const spec = value as OptionSpec;
    const before = builder.options.length;
    spec.definition(builder, key);
    fields.push({ key, spec, option: builder.options[before]?.names[0] ?? null });
  }
  return { builder, fields };
}

function formOf(builder: CommandBuilder<never>, { agentArguments }: CommandClass): string {
  const { leading, extra } = builder.arity;
  const parts = ['dispatch', builder.paths[0]!.join(' '), ...leading.map(upper)];
  if (agentArguments) parts.push('[options]', '[-- ARGS]');
  else {
    // clipanion marks an unlimited list of words with a symbol.
    if (Array.isArray(extra)) parts.push(...extra.map((name) => `[${upper(name)}]`));
    else parts.push(leading.length > 0 ? '…' : '[ID…]');
    if (builder.options.length > 0) parts.push('[options]');
  }
  return parts.join(' ').replace(' …', '…');
}

/** Words to choose from are typed as they are. */
function upper(name: string): string {
  return name.includes('|') ? name : name.toUpperCase();
}

function checkedOptions(builder: CommandBuilder<never>, { tokens }: Typed, form: string): Parsed['options'] {
  const given: Parsed['options'] = [];
  const seen = new Map<unknown, string | null>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, value } = token;
    const option = builder.options.find(({ names }) => names.includes(name));
    if (option === undefined) {
      const own = builder.options.flatMap(({ names }) => names);
      throw unknownOption(name, [...own, '--json', '--root', '--help'], form);
    }
    if (option.arity === 0) {
      if (value !== null) throw takesNoValue(name, value);
      given.push({ name, value: true });
      continue;
    }
    if (seen.has(option) && !repeatable.includes(name))
      throw givenTwice(option.names.join(' or '), [seen.get(option) ?? '', value]);
    seen.set(option, value);
    given.push({ name, value: value ?? '' });
  }
  const missing = builder.options.find((option) => option.required && !seen.has(option))?.names[0];
  if (missing !== undefined)
    throw new UsageError(
      'missing_option',
      `${missing} is missing`,
      `Form: ${form.replace(' [options]', '')} ${missing} ${valuedOptions[missing] ?? ''}`,
    );
  return given;
}

const repeatable: readonly string[] = ['--add-dir', '--attach', '--arg'];

function checkedWords(
  builder: CommandBuilder<never>,
  commandClass: CommandClass,
  { tokens, afterDashes }: Typed,
  form: string,
): Parsed['positionals'] {
  const words = tokens.flatMap((token) => (token.kind === 'word' ? [token.text] : []));
  const { leading, extra } = builder.arity;
  if (commandClass.agentArguments) {
    if (words.length > 0) throw unexpectedWord(words[0]!, form);
    return (afterDashes ?? []).map((value) => ({ value, extra: NoLimits }));
  }
  const all = [...words, ...(afterDashes ?? [])];
  if (all.length < leading.length)
    throw new UsageError(
      'missing_argument',
      `${leading[all.length]!.toUpperCase()} is missing`,
      `Form: ${form}`,
    );
  if (Array.isArray(extra) && all.length > leading.length + extra.length)
    throw unexpectedWord(all[leading.length + extra.length]!, form);
  const further = Array.isArray(extra) ? true : NoLimits;
  return all.map((value, at) => ({ value, extra: at < leading.length ? false : further }));
}

function unexpectedWord(word: string, form: string): UsageError {
  return new UsageError('unexpected_argument', `${JSON.stringify(word)} has no place here`, `Form: ${form}`);
}
