import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  activeTaskIds,
  createTask,
  PlantedLink,
  readSnapshot,
  recentTaskIds,
  newTaskId,
} from '../../src/index.ts';
import { bundle } from '../processes/bundle.ts';
import { ended, startNode } from '../processes/run.ts';
import { temporaryFolder } from '../sample-task.ts';
import { draftOf } from './draft.ts';
import { newStore } from './new-store.ts';

let folderOfProgram = '';
let builder = '';
beforeAll(async () => {
  folderOfProgram = mkdtempSync(join(tmpdir(), 'dispatch-create-'));
  builder = await bundle(new URL('./create-program.ts', import.meta.url), folderOfProgram);
});
afterAll(() => rmSync(folderOfProgram, { recursive: true }));

const id = newTaskId({ now: new Date('2026-11-21T10:00:00Z'), newest: null, random: () => 'abcde' });

describe('createTask', () => {
  test('makes the whole folder with its markers, readable at once', () => {
    const store = newStore();
    expect(
      createTask(store, {
        ...draftOf(id),
        bodies: { 'prompt.md': 'Fix the login.', 'plan.md': '- [ ] one\n' },
      }),
    ).toEqual({ created: true });
    const folder = store.taskDir(id);
    expect(readdirSync(folder).sort()).toEqual([
      'events.jsonl',
      'mailbox',
      'messages',
      'outputs',
      'plan.md',
      'prompt.md',
      'task.json',
    ]);
    expect(readFileSync(join(folder, 'prompt.md'), 'utf8')).toBe('Fix the login.');
    expect(store.journal(id).refresh()).toMatchObject({
      task: { id, status: 'pending', reason: 'starting' },
      position: { sequence: 1 },
      snapshot_distrust: null,
    });
    expect(readSnapshot(join(folder, 'task.json')).kind).toBe('believable');
    expect(readdirSync(store.layout.active)).toEqual([`${id}.0`]);
    expect(readdirSync(join(store.layout.index, '20261121'))).toEqual([id]);
    expect(readdirSync(store.layout.tasks)).toEqual([id]);
    for (const path of [folder, join(folder, 'mailbox'), store.layout.tasks])
      expect(statSync(path).mode & 0o777).toBe(0o700);
    for (const name of ['events.jsonl', 'prompt.md', 'task.json'])
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });

  test('takes what is there, and leaves it as it is', () => {
    const store = newStore();
    createTask(store, draftOf(id, 'first'));
    expect(createTask(store, draftOf(id, 'second'))).toEqual({ created: false });
    expect(store.journal(id).refresh().task?.title).toBe('first');
    expect(readdirSync(store.layout.tasks)).toEqual([id]);
  });

  test('leaves nothing but markers where it fails half-way', () => {
    const store = newStore();
    const draft = { ...draftOf(id), bodies: { 'prompt.md': 'text', 'no/such/folder.md': 'text' } };
    expect(() => createTask(store, draft)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    expect(readdirSync(store.layout.tasks)).toEqual([]);
    expect([store.taskIds(), recentTaskIds(store, 9)]).toEqual([[], []]);
    expect(activeTaskIds(store)).toEqual([id]);
    expect(createTask(store, draftOf(id))).toEqual({ created: true });
  });

  test('is not misled by what a dead builder left', () => {
    const store = newStore();
    for (const name of [`.new-${id}.x`, `.gone-${id}`, 'notes', `${id}.bak`]) {
      mkdirSync(join(store.layout.tasks, name));
      writeFileSync(join(store.layout.tasks, name, 'events.jsonl'), 'half');
    }
    expect(store.taskIds()).toEqual([]);
    expect(createTask(store, draftOf(id))).toEqual({ created: true });
    expect(store.taskIds()).toEqual([id]);
  });

  test('by many builders under one id gives one task, of one of them', { timeout: 30_000 }, async () => {
    const store = newStore();
    const go = join(temporaryFolder(), 'go');
    const builders = Array.from({ length: 8 }, (_, index) =>
      startNode(builder, store.root, id, `text ${index}`, go),
    );
    writeFileSync(go, '');
    const codes = await Promise.all(builders.map(ended));
    const winners = codes.flatMap((code, index) => (code === 10 ? [index] : []));
    expect(winners).toHaveLength(1);
    expect(codes.filter((code) => code === 11)).toHaveLength(7);
    const text = `text ${winners[0]}`;
    expect(store.journal(id).refresh().task?.title).toBe(text);
    expect(readFileSync(join(store.taskDir(id), 'prompt.md'), 'utf8')).toBe(text);
    expect(readdirSync(store.layout.tasks)).toEqual([id]);
  });

  test.each(['tasks', 'index', 'index/active', 'index/20261121'])(
    'writes nothing through a link at %s',
    (place) => {
      const store = newStore();
      const outside = temporaryFolder();
      rmSync(join(store.root, place), { recursive: true, force: true });
      symlinkSync(outside, join(store.root, place));
      expect(() => createTask(store, draftOf(id))).toThrow(PlantedLink);
      expect(readdirSync(outside)).toEqual([]);
    },
  );
});

describe('a task whose folder was tampered with', () => {
  test.each(['mailbox', 'outputs', 'messages'])('is refused where %s is a link', (name) => {
    const store = newStore();
    createTask(store, draftOf(id));
    rmSync(join(store.taskDir(id), name), { recursive: true });
    symlinkSync(temporaryFolder(), join(store.taskDir(id), name));
    expect(() => store.journal(id)).toThrow(PlantedLink);
  });

  test('is refused where its folder or its journal is a link, and where a folder is missing', () => {
    const store = newStore();
    createTask(store, draftOf(id));
    const other = newTaskId({ now: new Date(), newest: id });
    symlinkSync(store.taskDir(id), store.taskDir(other));
    expect(() => store.journal(other)).toThrow(PlantedLink);
    expect(store.hasTask(other)).toBe(false);

    const events = join(store.taskDir(id), 'events.jsonl');
    const outside = join(temporaryFolder(), 'outside');
    writeFileSync(outside, readFileSync(events));
    rmSync(events);
    symlinkSync(outside, events);
    expect(() => store.journal(id).refresh()).toThrow(PlantedLink);
    expect(() => store.journal(id).commit(() => ({ kind: 'note', message: 'm', data: {} }))).toThrow(
      PlantedLink,
    );
    rmSync(join(store.taskDir(id), 'outputs'), { recursive: true });
    expect(() => store.journal(id)).toThrow(expect.objectContaining({ code: 'folder_missing' }));
  });

  test('is not found where there is none', () => {
    const store = newStore();
    expect(() => store.journal(id)).toThrow(
      expect.objectContaining({ code: 'task_not_found', exitStatus: 3 }),
    );
  });
});
