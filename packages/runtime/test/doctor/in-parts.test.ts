import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newTaskId } from '@dispatch/core';
import { doctor, type Diagnosis } from '../../src/index.ts';
import { bundled } from '../setup/bundled.ts';
import { recorded } from '../setup/planted-attempt.ts';
import { nobody, StoreInAFolder } from '../setup/store-in-a-folder.ts';

/** Enough for two processes. */
const many = 4000;
let store: StoreInAFolder;
let ids: string[];

beforeEach(async () => {
  store = new StoreInAFolder();
  store.agent('agent', 'exit 0');
  const { task_id: pattern } = await recorded(store);
  const tasks = join(store.root, 'tasks');
  const journal = readFileSync(join(tasks, pattern, 'events.jsonl'), 'utf8');
  const { store: opened } = store.dispatcher();
  ids = [pattern];
  let newest = pattern;
  while (ids.length < many) {
    newest = newTaskId({ now: new Date(), newest });
    cpSync(join(tasks, pattern), join(tasks, newest), { recursive: true });
    rmSync(join(tasks, newest, 'task.json'));
    writeFileSync(join(tasks, newest, 'events.jsonl'), journal.replaceAll(pattern, newest));
    opened.journal(newest).checkpoint();
    ids.push(newest);
  }
  rmSync(join(store.root, 'index'), { recursive: true });
  mkdirSync(join(store.root, 'index/active'), { recursive: true, mode: 0o700 });
  store.damagedOnPurpose();
});
afterEach(() => store.remove());

/** The part of the program that doctor starts; it leaves a trace of what it was asked. */
async function program(): Promise<string> {
  return bundled(
    store.folder,
    'program',
    `import { appendFileSync } from 'node:fs';
     import { examinePart, openDispatcher, surroundingsOf } from '~/index.ts';
     const [, root, , , first, last] = process.argv.slice(2);
     appendFileSync(${JSON.stringify(join(store.folder, 'asked'))}, first + ' ' + last + '\\n');
     const program = { node: '/bin/true', program: '/bin/true' };
     const { env: environment } = process;
     const dispatcher = openDispatcher(surroundingsOf({ cwd: '/', environment, root, program }));
     process.stdout.write(JSON.stringify({ ok: true, data: examinePart(dispatcher, first, last) }));`,
  );
}

/** An unterminated line in a task of each half, and markers that are missing. */
async function diagnosed(): Promise<Diagnosis> {
  for (const id of [ids[10]!, ids[many - 10]!])
    appendFileSync(join(store.root, 'tasks', id, 'events.jsonl'), '{"sequence":');
  return doctor(store.dispatcher(), { takeOver: false });
}

function expectAllFound({ findings, tasks }: Diagnosis): void {
  expect(tasks).toBe(many);
  const torn = findings.filter(({ what }) => what === 'torn_line').map(({ task_id: id }) => id);
  expect(torn).toEqual([ids[10], ids[many - 10]]);
  expect(findings.filter(({ what }) => what === 'marker_missing')).toHaveLength(many);
  // Open tasks of every part have their active marker again.
  expect(readdirSync(join(store.root, 'index/active')).filter((name) => name !== '.lock')).toHaveLength(many);
}

test.skipIf(availableParallelism() < 2)(
  'many tasks are examined by several processes, each once',
  async () => {
    store.program = { node: process.execPath, program: await program() };
    expectAllFound(await diagnosed());
    const asked = readFileSync(join(store.folder, 'asked'), 'utf8').trim().split('\n');
    expect(asked.length).toBeGreaterThan(0);
    for (const line of asked) {
      const [first = '', last = ''] = line.split(' ');
      expect(ids.indexOf(first)).toBeGreaterThan(0);
      expect(ids.indexOf(last)).toBeGreaterThan(ids.indexOf(first));
    }
  },
);

test('what such a process did not do is done all the same', async () => {
  store.program = nobody;
  expectAllFound(await diagnosed());
  expect(existsSync(join(store.folder, 'asked'))).toBe(false);
});
