import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  activeTaskIds,
  claimKey,
  createTask,
  findTaskId,
  indexedBoot,
  initStore,
  newestTaskId,
  newTaskId,
  openStore,
  readActiveMarkers,
  recentTaskIds,
  recordIndexedBoot,
  removeActiveMarker,
  sameRoot,
  setActiveMarker,
  setDayMarker,
  sha256,
  wantedRoot,
  type Store,
} from '../../src/index.ts';
import { temporaryFolder } from '../sample-task.ts';
import { draftOf } from './draft.ts';
import { newStore } from './new-store.ts';

function idAt(time: string, random = 'abcde'): string {
  return newTaskId({ now: new Date(time), newest: null, random: () => random });
}
const [early, middle, late] = [
  idAt('2026-11-20T23:59:59Z', '22222'),
  idAt('2026-11-21T00:00:01Z', '33333'),
  idAt('2026-11-21T00:00:02Z', '44444'),
];

function withTasks(...ids: string[]): Store {
  const store = newStore();
  for (const id of ids) createTask(store, draftOf(id));
  return store;
}

describe('a store', () => {
  test('is made with everything in it, and is found again', () => {
    const cwd = temporaryFolder();
    const wish = { root: null, environment: {}, cwd };
    expect(() => openStore(wish)).toThrow(expect.objectContaining({ code: 'no_store' }));
    const { store, created } = initStore(wish, { force: true });
    expect(created).toBe(true);
    expect(readFileSync(store.layout.format_file, 'utf8')).toBe('{"format":1}\n');
    expect(readFileSync(store.layout.gitignore, 'utf8')).toBe('*\n');
    expect(initStore(wish, { force: true }).created).toBe(false);
    expect(openStore(wish).root).toBe(join(cwd, '.dispatch'));
    expect(sameRoot(openStore(wish).ref, store.ref)).toBe(true);
  });

  test('is not the same once it was copied or moved', () => {
    const cwd = temporaryFolder();
    const { store } = initStore({ root: 'a', environment: {}, cwd }, { force: true });
    renameSync(join(cwd, 'a'), join(cwd, 'b'));
    expect(sameRoot(openStore({ root: 'b', environment: {}, cwd }).ref, store.ref)).toBe(false);
    const again = initStore({ root: 'a', environment: {}, cwd }, { force: true }).store;
    expect(sameRoot(again.ref, store.ref)).toBe(false);
  });

  test('that was begun and not finished is finished', () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, '.dispatch', 'tasks'), { recursive: true });
    const wish = { root: null, environment: {}, cwd };
    expect(() => openStore(wish)).toThrow(expect.objectContaining({ code: 'no_store' }));
    expect(initStore(wish, { force: true }).created).toBe(true);
    expect(openStore(wish).taskIds()).toEqual([]);
  });

  test('is named where the working folder lies below it', () => {
    const { root } = newStore();
    const cwd = join(root, '..', 'deep', 'down');
    mkdirSync(cwd, { recursive: true });
    expect(() => openStore({ root: null, environment: {}, cwd })).toThrow(
      expect.objectContaining({ code: 'no_store', hint: expect.stringContaining(`--root ${root}`) }),
    );
  });

  test('is looked for above the path that was typed, not above the working folder', () => {
    const { root } = newStore();
    const project = join(root, '..');
    const hintFor = (typed: string): unknown => {
      try {
        return openStore({ root: typed, environment: {}, cwd: project });
      } catch (error) {
        return (error as { hint: string }).hint;
      }
    };
    expect(hintFor(join(temporaryFolder(), 'missing'))).toMatch(/^start one with/);
    // Whoever names the folder that holds the store means that one.
    for (const typed of [project, join(project, 'missing')])
      expect(hintFor(typed)).toBe(`the nearest store is ${root}: use --root ${root}`);
  });

  test('is no file', () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'afile'), '');
    const wish = { root: 'afile', environment: {}, cwd };
    const expected = expect.objectContaining({ code: 'root_not_a_folder', exitStatus: 6 });
    expect(() => openStore(wish)).toThrow(expected);
    expect(() => initStore(wish, { force: true })).toThrow(expected);
  });

  test.each([
    ['{"format": 2}', 'format_newer'],
    ['{"format": "1"}', 'format_unreadable'],
    ['{"format": 0}', 'format_unreadable'],
    ['', 'format_unreadable'],
    ['null', 'format_unreadable'],
  ])('with the format %s is refused as %s', (text, code) => {
    const { root, layout } = newStore();
    writeFileSync(layout.format_file, text);
    for (const open of [
      openStore,
      (wish: Parameters<typeof openStore>[0]) => initStore(wish, { force: true }),
    ])
      expect(() => open({ root, environment: {}, cwd: '/' })).toThrow(expect.objectContaining({ code }));
    expect(readFileSync(layout.format_file, 'utf8')).toBe(text);
  });

  test('is not made where a file or nothing is', () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'file'), '');
    const init = (root: string) => () => initStore({ root, environment: {}, cwd }, { force: true });
    expect(init('file')).toThrow();
    expect(init('no/such')).toThrow(expect.objectContaining({ code: 'root_parent_missing' }));
  });

  test('is looked for where it was said: flag, variable, working folder', () => {
    const environment = { DISPATCH_ROOT: 'from-variable' };
    expect(wantedRoot({ root: 'flag', environment, cwd: '/w' })).toBe('/w/flag');
    expect(wantedRoot({ root: null, environment, cwd: '/w' })).toBe('/w/from-variable');
    expect(wantedRoot({ root: null, environment: { DISPATCH_ROOT: '' }, cwd: '/w' })).toBe('/w/.dispatch');
  });
});

describe('a key', () => {
  const wanted = { task_id: early, input_sha256: 'a' };

  test('stands for the task that was first', () => {
    const store = newStore();
    expect(claimKey(store, 'k', wanted)).toEqual({ task_id: early, first: true });
    expect(claimKey(store, 'k', { ...wanted, task_id: late })).toEqual({ task_id: early, first: false });
    expect(claimKey(store, 'other', { ...wanted, task_id: late }).first).toBe(true);
    expect(readdirSync(store.layout.keys).sort()).toEqual([sha256('k'), sha256('other')].sort());
  });

  test('with other input is refused', () => {
    const store = newStore();
    claimKey(store, 'k', wanted);
    expect(() => claimKey(store, 'k', { task_id: late, input_sha256: 'b' })).toThrow(
      expect.objectContaining({ code: 'key_conflict', exitStatus: 4 }),
    );
  });

  test.each(['../../outside', '', 'x', '.'])(
    'that a worker made to stand for %j leads nowhere',
    (planted) => {
      const store = newStore();
      const path = join(store.layout.keys, sha256('k'));
      writeFileSync(path, JSON.stringify({ task_id: planted, input_sha256: 'a' }));
      expect(() => claimKey(store, 'k', wanted)).toThrow(expect.objectContaining({ code: 'key_unreadable' }));
    },
  );

  test('that is torn or a link is an error', () => {
    const store = newStore();
    writeFileSync(join(store.layout.keys, sha256('k')), '{"task');
    expect(() => claimKey(store, 'k', wanted)).toThrow(expect.objectContaining({ code: 'key_unreadable' }));
    symlinkSync('/etc/hostname', join(store.layout.keys, sha256('l')));
    expect(() => claimKey(store, 'l', wanted)).toThrow(expect.objectContaining({ code: 'planted_link' }));
  });
});

describe('markers', () => {
  test('name the tasks that may not be terminal, by attempt', () => {
    const store = newStore();
    for (const [id, attempt] of [
      [late, 0],
      [early, 0],
      [early, 1],
      [early, 1],
      [early, 12],
    ] as const)
      setActiveMarker(store, { id, attempt });
    expect(activeTaskIds(store)).toEqual([early, late]);
    removeActiveMarker(store, { id: early, attempt: 0 });
    removeActiveMarker(store, { id: early, attempt: 0 });
    expect(
      readActiveMarkers(store)
        .filter(({ id }) => id === early)
        .map(({ attempt }) => attempt)
        .sort((a, b) => a - b),
    ).toEqual([1, 12]);
  });

  test('of other names are passed over', () => {
    const store = newStore();
    for (const name of ['x.0', `${early}`, `${early}.`, `${early}.x`, `${early}.0.tmp`, `.${early}.0`, '..1'])
      writeFileSync(join(store.layout.active, name), '');
    expect(readActiveMarkers(store)).toEqual([]);
  });

  test('give the newest tasks over the days, and only those that are there', () => {
    const store = withTasks(early, middle, late);
    const inTheMaking = idAt('2026-11-22T00:00:00Z');
    setDayMarker(store, inTheMaking);
    writeFileSync(join(store.layout.index, '20991231'), '');
    expect(recentTaskIds(store, 2)).toEqual([late, middle]);
    expect(recentTaskIds(store, 20)).toEqual([late, middle, early]);
    expect(recentTaskIds(store, 0)).toEqual([]);
    expect(newestTaskId(store)).toBe(inTheMaking);
    expect(newestTaskId(newStore())).toBeNull();
    expect(newTaskId({ now: new Date('2020-01-01'), newest: newestTaskId(store) }) > inTheMaking).toBe(true);
  });

  test('know the boot under which they were whole', () => {
    const store = newStore();
    expect(indexedBoot(store)).toBeNull();
    recordIndexedBoot(store, 'boot-1');
    recordIndexedBoot(store, 'boot-2');
    expect(indexedBoot(store)).toBe('boot-2');
  });

  test('are made anew where the whole index was lost', async () => {
    const store = withTasks(early);
    const { rmSync } = await import('node:fs');
    rmSync(store.layout.index, { recursive: true });
    expect([activeTaskIds(store), recentTaskIds(store, 5), newestTaskId(store)]).toEqual([[], [], null]);
    createTask(store, draftOf(late));
    expect(recentTaskIds(store, 5)).toEqual([late]);
    expect(store.taskIds()).toEqual([early, late]);
  });
});

describe('findTaskId', () => {
  test('finds a task by its id, a part of it, and @last', () => {
    const store = withTasks(early, middle, late);
    expect(findTaskId(store, early)).toBe(early);
    expect(findTaskId(store, early.toUpperCase())).toBe(early);
    expect(findTaskId(store, '33333')).toBe(middle);
    expect(findTaskId(store, '@last')).toBe(late);
  });

  test.each([
    ['../x', 'task_not_found'],
    ['../../../../etc', 'task_not_found'],
    ['%00', 'task_not_found'],
    ['ab\0cd', 'task_not_found'],
    ['a/b/c', 'task_not_found'],
    ['.new-abcdef', 'task_not_found'],
    ['@first', 'task_not_found'],
    ['zzzzz', 'task_not_found'],
    ['notes', 'task_not_found'],
    ['', 'task_id_too_short'],
    ['444', 'task_id_too_short'],
    ['abc', 'task_id_too_short'],
    [early.slice(0, 4), 'task_ambiguous'],
  ])('of %j is %s', (wanted, code) => {
    const store = withTasks(early, middle, late);
    for (const name of ['notes', 'abc', `.new-${early}.x`]) mkdirSync(join(store.layout.tasks, name));
    expect(() => findTaskId(store, wanted)).toThrow(expect.objectContaining({ code }));
  });

  test('of a text longer than any file name finds nothing', () => {
    expect(() => findTaskId(newStore(), 'a'.repeat(5000))).toThrow(
      expect.objectContaining({ code: 'task_not_found' }),
    );
  });

  test('names the candidates of what is ambiguous', () => {
    const store = withTasks(middle, late);
    expect(() => findTaskId(store, middle.slice(0, 6))).toThrow(
      expect.objectContaining({ message: expect.stringContaining(`${middle}, ${late}`), exitStatus: 4 }),
    );
  });

  test('finds no last one in an empty store', () => {
    expect(() => findTaskId(newStore(), '@last')).toThrow(
      expect.objectContaining({ code: 'task_not_found' }),
    );
  });
});
