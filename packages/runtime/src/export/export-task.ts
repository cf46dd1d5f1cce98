import { closeSync, constants, fstatSync, readSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { grantsOf, openRegular, readConfigText, type Grant } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { TaskReader } from '../read/view.ts';
import { redact, secretsOf } from './redact.ts';

/** Everything about a task as one text. */
export interface ExportedTask {
  text: string;
  /** Names of what is in it. */
  parts: string[];
  /** How many places were replaced because a secret stood there. */
  removed: number;
}

/** Of each file, in bytes: a log may be a gibibyte. */
const headBytes = 64 * 1024;
const tailBytes = 256 * 1024;

/**
 * Everything that is known of a task as one text, to be sent with a report: its record and what a look at it finds, each
 * file of its folder, the configuration and the end of the supervisor's log. Secrets that are known by value or by form
 * are taken out, and the home is `~`. Throws StoreError where the task cannot be read.
 */
export function exportTask(dispatcher: Dispatcher, id: string, about: Record<string, unknown>): ExportedTask {
  const { store, home, environment } = dispatcher;
  const { view } = new TaskReader(dispatcher).read(id);
  const folder = store.taskDir(id);
  const grants = grantsOf(home, id) ?? [];
  const parts: [name: string, text: string][] = [
    ['about', json({ ...about, task_id: id, exported_at: dispatcher.clock.now().toISOString() })],
    ['as it is seen now', json(view)],
    ...grants.map((grant): [string, string] => [
      `grant of attempt ${grant.attempt}`,
      json(withoutValues(grant)),
    ]),
    ...filesBelow(folder).map((name): [string, string] => [name, readEnds(join(folder, name))]),
    ['config.yaml', readConfigText(home.config_file) ?? '(none)'],
    ['config.yaml of the store', readEnds(store.layout.config_file)],
    ['supervisor.log', readEnds(store.layout.supervisor_log)],
  ];
  const secrets = [environment, ...grants.map((grant) => grant.environment)].flatMap(secretsOf);
  const redacted = parts.map(([name, text]) => ({ name, ...redact(text, secrets) }));
  const whole = redacted.map(({ name, text }) => `===== ${name} =====\n${text.trimEnd()}\n`).join('\n');
  const user = environment['HOME'] ?? '';
  return {
    text: `${heading}\n\n${user.length > 1 ? whole.replaceAll(user, '~') : whole}`,
    parts: parts.map(([name]) => name),
    removed: redacted.reduce((sum, { count }) => sum + count, 0),
  };
}

const heading =
  'A task of dispatch, for a report. Secrets of a known form have been replaced by [removed]. Read it before you send it:\n' +
  'prompts, answers and what the agent printed are in it.';

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

/** Names tell what an agent could see; the values are nobody else's. */
function withoutValues({ environment, ...grant }: Grant): object {
  return { ...grant, environment: Object.keys(environment).sort() };
}

function filesBelow(folder: string): string[] {
  // By hand: some versions of node follow links into other folders.
  const below = (path: string): string[] =>
    readdirSync(join(folder, path), { withFileTypes: true }).flatMap((entry) => {
      const name = join(path, entry.name);
      return entry.isDirectory() ? below(name) : entry.isFile() ? [name] : [];
    });
  return below('').sort();
}

/** A file whole, or its beginning and its end; what is no text is only named. */
function readEnds(path: string): string {
  let fd: number;
  try {
    fd = openRegular(path, constants.O_RDONLY);
  } catch (error) {
    return `(not readable: ${error instanceof Error ? error.message : String(error)})`;
  }
  try {
    const { size } = fstatSync(fd);
    const read = (from: number, length: number): Buffer => {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(fd, bytes, 0, length, from));
    };
    const isWhole = size <= headBytes + tailBytes;
    const head = read(0, isWhole ? size : headBytes);
    if (head.includes(0)) return `(${size} bytes that are no text)`;
    if (isWhole) return head.toString('utf8');
    const left = size - headBytes - tailBytes;
    return `${head.toString('utf8')}\n[… ${left} bytes left out …]\n${read(size - tailBytes, tailBytes).toString('utf8')}`;
  } finally {
    closeSync(fd);
  }
}
