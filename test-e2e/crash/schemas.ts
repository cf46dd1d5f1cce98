import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { namesIn, readJournal, taskIdsIn } from './store-view.ts';

const folder = join(import.meta.dirname, '../../docs/schemas');
const ajv = new Ajv({ strict: false, allErrors: false });
const known = new Map<string, ValidateFunction>();

/** What in a root and a home does not hold against the published schemas, one line each. */
export function invalidRecords(root: string, home: string): string[] {
  const found: string[] = [];
  const check = (schema: string, value: unknown, where: string) => {
    const validate = validatorOf(schema);
    if (!validate(value)) found.push(`${where}: ${ajv.errorsText(validate.errors)}`);
  };
  const checkFile = (schema: string, path: string) => {
    if (existsSync(path)) check(schema, jsonOf(path), basename(path));
  };
  checkFile('format', join(root, 'format.json'));
  for (const name of namesIn(join(root, 'keys')).filter((one) => !one.startsWith('.')))
    checkFile('key', join(root, 'keys', name));
  for (const name of namesIn(join(home, 'runtime/grants')).filter((one) => /^[^.].*\.json$/.test(one)))
    checkFile('grant', join(home, 'runtime/grants', name));
  for (const id of taskIdsIn(root)) {
    const task = join(root, 'tasks', id);
    checkFile('task', join(task, 'task.json'));
    const journal = readJournal(root, id);
    journal.parsed.forEach((event, at) => check('event', event, `events.jsonl line ${at + 1}`));
    for (const name of filesOf(join(task, 'mailbox'), /^\d{3}\.done$/)) checkFile('mailbox', name);
    for (const name of filesOf(join(task, 'outputs'), /^attempt-\d+\.process\.json$/))
      checkFile('claim', name);
    for (const name of filesOf(join(task, 'outputs'), /^attempt-\d+\.exit\.json$/)) checkFile('exit', name);
  }
  return found;
}

function filesOf(path: string, pattern: RegExp): string[] {
  return existsSync(path)
    ? readdirSync(path)
        .filter((name) => pattern.test(name))
        .map((name) => join(path, name))
    : [];
}

function jsonOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return `no JSON: ${(error as Error).message}`;
  }
}

function validatorOf(name: string): ValidateFunction {
  const found = known.get(name);
  if (found !== undefined) return found;
  const validate = ajv.compile(
    JSON.parse(readFileSync(join(folder, `${name}.schema.json`), 'utf8')) as object,
  );
  known.set(name, validate);
  return validate;
}
