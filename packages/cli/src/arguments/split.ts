import { suggestName, UsageError } from '@dispatch/core';
import { everyOption, readOption, takesValue, valuedOptions } from './options.ts';

export type Token = { kind: 'option'; name: string; value: string | null } | { kind: 'word'; text: string };

/** What was typed, before the command's own grammar is known. */
export interface Typed {
  json: boolean;
  root: string | null;
  help: boolean;
  version: boolean;
  command: string | null;
  /** Everything else before `--`, values joined to their options. */
  tokens: Token[];
  /** What stands behind `--`; null where there is none. */
  afterDashes: string[] | null;
  /** Found on the way; thrown once it is known how errors are to be shown. */
  problem: UsageError | null;
}

/** Takes apart the arguments: global options wherever they stand before `--`, the command's word, the rest. */
export function splitArguments(argv: readonly string[]): Typed {
  const typed: Typed = {
    json: false,
    root: null,
    help: false,
    version: false,
    command: null,
    tokens: [],
    afterDashes: null,
    problem: null,
  };
  const complain = (error: UsageError): void => void (typed.problem ??= error);
  for (let at = 0; at < argv.length; at++) {
    const token = argv[at]!;
    if (token === '--') {
      typed.afterDashes = argv.slice(at + 1);
      break;
    }
    const option = readOption(token);
    if (option === null) {
      if (typed.command === null) typed.command = token;
      else typed.tokens.push({ kind: 'word', text: token });
      continue;
    }
    let { value } = option;
    if (takesValue(option.name, typed.command) && value === null) {
      const next = argv[at + 1];
      if (next === undefined || next === '--' || readOption(next) !== null) {
        complain(missingValue(option.name, next));
        continue;
      }
      value = next;
      at += 1;
    }
    if (value?.includes('\0'))
      complain(new UsageError('invalid_value', `the value of ${option.name} holds a zero byte`));
    if (value === '' && option.name !== '--prompt') complain(emptyValue(option.name));
    if (!takeGlobal(typed, option.name, value, complain)) {
      if (typed.command === null && !everyOption.includes(option.name))
        complain(unknownOption(option.name, everyOption));
      typed.tokens.push({ kind: 'option', name: option.name, value });
    }
  }
  return typed;
}

function takeGlobal(
  typed: Typed,
  name: string,
  value: string | null,
  complain: (error: UsageError) => void,
): boolean {
  if (name === '--root') {
    if (typed.root !== null) complain(givenTwice(name, [typed.root, value]));
    typed.root = value;
    return true;
  }
  const flags = {
    '--json': 'json',
    '--help': 'help',
    '-h': 'help',
    '--version': 'version',
    '-V': 'version',
  } as const;
  if (!Object.hasOwn(flags, name)) return false;
  typed[flags[name as keyof typeof flags]] = true;
  if (value !== null) complain(takesNoValue(name, value));
  return true;
}

function missingValue(name: string, next: string | undefined): UsageError {
  const found = next === undefined ? 'nothing follows it' : `${next} follows it`;
  const form = `${name} ${valuedOptions[name]}`;
  return new UsageError(
    'missing_value',
    `${name} takes a value, and ${found}`,
    next === undefined || next === '--'
      ? `Form: ${form}`
      : `Form: ${form}; if it is the value, write ${name}=${next}`,
  );
}

function emptyValue(name: string): UsageError {
  return new UsageError(
    'empty_value',
    `the value of ${name} is empty`,
    `Form: ${name} ${valuedOptions[name] ?? ''}`.trim(),
  );
}

export function takesNoValue(name: string, value: string): UsageError {
  return new UsageError(
    'unexpected_value',
    `${name} takes no value, and ${name}=${value} gives one`,
    `Form: ${name}`,
  );
}

export function givenTwice(name: string, values: readonly (string | null)[]): UsageError {
  const given = values.map((value) => JSON.stringify(value ?? '')).join(' and ');
  return new UsageError('given_twice', `${name} is given more than once: ${given}`, 'Give it once.');
}

/** `form` is what the command looks like, where it is known. */
export function unknownOption(name: string, known: readonly string[], form?: string): UsageError {
  const options = known.filter((one) => one.startsWith('--'));
  const hint = `${suggestName(name, options)}${form === undefined ? '' : ` Form: ${form}`}`;
  return new UsageError(
    'unknown_option',
    `there is no option ${name}${form === undefined ? '' : ' here'}`,
    hint,
  );
}
