import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createTask, initStore, newestTaskId, newTaskId, type Store } from '@dispatch/core';
import { listTasks, type TaskRow } from '../../src/index.ts';
import { draftOf } from '../../../core/test/store/draft.ts';
import { StoreInAFolder } from '../setup/store-in-a-folder.ts';

const many = 40;
let place: StoreInAFolder;
afterEach(() => place.remove());

/** A store of tasks that are over, looked at an hour later. */
function storeOfMany(): Store {
  place = new StoreInAFolder();
  const { store } = initStore({ root: place.root, environment: {}, cwd: '/' }, { force: true });
  for (let made = 0; made < many; made += 1) end(store, addTask(store, made));
  place.clock = { now: () => new Date(Date.now() + 3_600_000) };
  return store;
}

function addTask(store: Store, number: number): string {
  const id = newTaskId({ now: new Date(), newest: newestTaskId(store) });
  const draft = draftOf(id, `Task ${number}`);
  createTask(store, { ...draft, created: { ...draft.created, root: store.ref, origin: 'sandboxed_host' } });
  return id;
}

function end(store: Store, id: string): void {
  store.journal(id).commit(() => ({
    kind: 'status_changed',
    message: 'cancelled',
    data: { status: 'cancelled', reason: 'user', detail: null },
  }));
}

function list(limit: number | null = null): TaskRow[] {
  return listTasks(place.dispatcher(), { limit });
}

const rowsFolder = (): string => join(place.home, 'runtime/rows');
const rowsFile = (): string => join(rowsFolder(), readdirSync(rowsFolder())[0]!);

/** Writes another title into every row that is kept: what then comes from there can be told. */
function markKept(): void {
  writeFileSync(rowsFile(), readFileSync(rowsFile(), 'utf8').replaceAll('"title":"Task', '"title":"Kept'));
}

/** Titles of rows that were read from the tasks themselves. */
const readAnew = (rows: readonly TaskRow[]): string[] =>
  rows.filter(({ title }) => !title.startsWith('Kept')).map(({ task_id }) => task_id);

describe('rows of a list', () => {
  test('are taken from the last one, and say the same', () => {
    storeOfMany();
    const first = list();
    expect(first).toHaveLength(many);
    expect(list()).toEqual(first);
    expect(lstatSync(rowsFile()).mode & 0o777).toBe(0o600);
    markKept();
    expect(readAnew(list())).toEqual([]);
    // Few rows are read where they lie.
    expect(readAnew(list(5))).toHaveLength(5);
  });

  test.for<[what: string, change: (store: Store, id: string) => void, row: Partial<TaskRow>]>([
    [
      'was resumed',
      (store, id) =>
        void store.journal(id).commit(() => ({
          kind: 'status_changed',
          message: 'goes on',
          data: { status: 'pending', reason: 'sandboxed_host', detail: null },
        })),
      { status: 'pending' },
    ],
    [
      'has an edited snapshot',
      (store, id) => {
        const file = join(store.taskDir(id), 'task.json');
        writeFileSync(file, readFileSync(file, 'utf8').replace('"cancelled"', '"completed"'));
      },
      { status: 'cancelled', damage: 'task.json was edited by hand; the journal counts' },
    ],
    ['lost its snapshot', (store, id) => rmSync(join(store.taskDir(id), 'task.json')), { damage: null }],
    [
      'has lost its journal',
      (store, id) => rmSync(join(store.taskDir(id), 'events.jsonl')),
      { created_at: '' },
    ],
    [
      'has a link among its folders',
      (store, id) => {
        rmSync(join(store.taskDir(id), 'outputs'), { recursive: true });
        symlinkSync(place.folder, join(store.taskDir(id), 'outputs'));
      },
      { created_at: '' },
    ],
    [
      'got a question',
      (store, id) => writeFileSync(join(store.taskDir(id), 'mailbox/001.question'), 'Which?\n'),
      { pending_question_count: 1 },
    ],
  ])('a task that %s is read anew', ([, change, row]) => {
    const store = storeOfMany();
    const id = list()[7]!.task_id;
    markKept();
    change(store, id);
    const rows = list();
    expect(readAnew(rows)).toEqual([id]);
    expect(rows[7]).toMatchObject({ task_id: id, ...row });
  });

  test('a new task and one that is gone are seen', () => {
    const store = storeOfMany();
    const [, gone] = list().map(({ task_id: id }) => id);
    markKept();
    rmSync(store.taskDir(gone!), { recursive: true });
    const added = addTask(store, many);
    const rows = list();
    expect(readAnew(rows)).toEqual([added]);
    expect(rows.map(({ task_id: id }) => id)).not.toContain(gone);
    expect(rows).toHaveLength(many);
  });

  test('what has just changed is not kept', () => {
    storeOfMany();
    place.clock = { now: () => new Date() };
    expect(list()).toHaveLength(many);
    expect(() => readdirSync(rowsFolder())).toThrow('ENOENT');
  });

  test.for<[what: string, text: (kept: string) => string]>([
    ['of another version', (kept) => kept.replace(/"version":\d+/, '"version":0')],
    ['of another root', (kept) => kept.replace(/"ino":"\d+"/, '"ino":"1"')],
    ['that is torn', (kept) => kept.slice(0, 500)],
    ['that is something else', () => '[]'],
    ['that has no rows', (kept) => kept.replace('"rows":', '"lines":')],
  ])('a file %s is of no use', ([, text]) => {
    storeOfMany();
    list();
    markKept();
    writeFileSync(rowsFile(), text(readFileSync(rowsFile(), 'utf8')));
    expect(readAnew(list())).toHaveLength(many);
  });

  test('without a home that can be written nothing is kept, and all is listed', () => {
    storeOfMany();
    mkdirSync(join(place.home, 'runtime'), { recursive: true });
    writeFileSync(rowsFolder(), 'in the way');
    chmodSync(rowsFolder(), 0o400);
    expect(list()).toHaveLength(many);
  });
});
