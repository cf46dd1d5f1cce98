import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import type { Ended } from './run.ts';

const schemaPath = join(import.meta.dirname, '../../docs/schemas/commands.schema.json');
let held: ((reference: string) => ValidateFunction) | null = null;

/** Throws where what a command has printed with `--json` is not what `docs/schemas/commands.schema.json` says. */
export function holdToContract(args: readonly string[], { stdout, exitCode }: Ended): void {
  if (exitCode === null || !args.includes('--json') || !stdout.endsWith('\n')) return;
  const command = commandOf(args);
  const values = documentsOf(stdout);
  values.forEach((value, at) => {
    const isLast = at === values.length - 1;
    const where = isLast ? 'commands' : 'lines';
    hold(isLast && isFailure(value) ? 'failure' : `${where}/${command}`, value, args);
  });
}

/** Tests type the command first, or behind `--json` and `--root PATH`. */
function commandOf(args: readonly string[]): string {
  const before = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  if (before.some((one) => one === '--help' || one === '-h')) return 'help';
  const at = args.findIndex((one, index) => !one.startsWith('-') && args[index - 1] !== '--root');
  if (at === -1) return before.some((one) => one === '--version' || one === '-V') ? 'version' : 'help';
  return args[at] === 'config' ? `config ${args[at + 1] ?? ''}` : args[at]!;
}

/** A list that may be long is printed over several lines. */
function documentsOf(stdout: string): unknown[] {
  try {
    return [JSON.parse(stdout)];
  } catch {
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  }
}

function isFailure(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'ok' in value && value.ok === false;
}

function hold(name: string, value: unknown, args: readonly string[]): void {
  held ??= reader();
  const check = held(name.replaceAll(' ', '%20'));
  if (check(value)) return;
  const [first] = check.errors ?? [];
  throw new Error(
    `${args.join(' ')} breaks ${name} of commands.schema.json: ${first?.instancePath} ${first?.message} ` +
      `${JSON.stringify(first?.params)}\n${JSON.stringify(check.errors?.slice(0, 6))}\n${JSON.stringify(value).slice(0, 2000)}`,
  );
}

/** Stricter than what is published: what a reader is to ignore, dispatch itself does not print. */
function reader(): (name: string) => ValidateFunction {
  const schema = closed(JSON.parse(readFileSync(schemaPath, 'utf8'))) as object;
  const ajv = new Ajv({ strict: false });
  ajv.addSchema(schema, 'commands');
  return (name) => {
    const check = ajv.getSchema(`commands#/definitions/${name}`);
    if (check === undefined) throw new Error(`commands.schema.json has no ${name}`);
    return check;
  };
}

export function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  const isOpen = inner['type'] === 'object' && 'properties' in inner && !('additionalProperties' in inner);
  return isOpen ? { ...inner, additionalProperties: false } : inner;
}
