import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createTask,
  initStore,
  newestTaskId,
  newTaskId,
  sha256,
  type AnyDraft,
  type Store,
} from '@dispatch/core';
import {
  acknowledge,
  acknowledgeFirst,
  listTasks,
  pruneTasks,
  watchTasks,
  type Acknowledger,
  type Notification,
} from '../../src/index.ts';
import { NotificationWatch } from '../../src/cursors/watch.ts';
import { everyTask } from '../../src/read/filter.ts';
import { draftOf } from '../../../core/test/store/draft.ts';
import { StoreInAFolder } from '../setup/store-in-a-folder.ts';

let place: StoreInAFolder;
let store: Store;
beforeEach(() => {
  place = new StoreInAFolder();
  ({ store } = initStore({ root: place.root, environment: {}, cwd: '/' }, { force: true }));
});
afterEach(() => place.remove());

function addTask(title = 'Task'): string {
  const id = newTaskId({ now: new Date(), newest: newestTaskId(store) });
  const draft = draftOf(id, title);
  createTask(store, { ...draft, created: { ...draft.created, root: store.ref, origin: 'sandboxed_host' } });
  return id;
}

const commit = (id: string, draft: AnyDraft) => store.journal(id).commit(() => draft);

function change(id: string, status: 'failed' | 'cancelled' | 'awaiting_user' | 'pending', reason: string) {
  const data = { status, reason, detail: null } as Extract<AnyDraft, { kind: 'status_changed' }>['data'];
  commit(id, { kind: 'status_changed', message: status, data });
}
const end = (id: string) => change(id, 'cancelled', 'user');
const goOn = (id: string) => change(id, 'pending', 'starting');

function asks(id: string, question: string, text: string) {
  const data = { question, sha256: sha256(text), preview: text, monotonic_ms: 1 };
  commit(id, { kind: 'question_asked', message: text, data });
}

/** What a host that starts now is told first. */
const told = (cursor = 'host', ids: readonly string[] | null = null): Notification[] =>
  new NotificationWatch(place.dispatcher(), { cursor, ids }).look();
const toldOf = (cursor = 'host') => told(cursor).map((one) => [one.task_id, one.type]);
const take = (ids: readonly string[] | null, position: string | null = null, cursor = 'host') =>
  acknowledge(place.dispatcher(), { cursor, ids, position });
const unacknowledged = (by: Acknowledger): string[] =>
  listTasks(place.dispatcher(), { limit: null, filter: { ...everyTask, unacknowledged: by } }).map(
    ({ task_id: id }) => id,
  );
const bookmarks = (cursor = 'host') => readdirSync(join(place.root, 'cursors', cursor));

describe('what is told', () => {
  test('an end, a wait and each question, in the order of the journal, and whether they still are so', () => {
    const id = addTask('Paint');
    change(id, 'awaiting_user', 'interrupted');
    asks(id, '001', 'Red?');
    goOn(id);
    end(id);
    const all = told();
    expect(all.map(({ type, status, reason, is_current: now }) => [type, status, reason, now])).toEqual([
      ['awaiting_user', 'awaiting_user', 'interrupted', false],
      ['question', 'awaiting_user', 'interrupted', false],
      ['terminal', 'cancelled', 'user', true],
    ]);
    expect(all[1]).toMatchObject({ title: 'Paint', question: { sequence: '001', question: 'Red?' } });
    expect(all[2]).toMatchObject({ task_id: id, question: null });
    const positions = place.events(id).map(({ sequence, nonce }) => `${sequence}:${nonce}`);
    expect(positions).toEqual(expect.arrayContaining(all.map(({ position }) => position)));
  });

  test('a task that ends again the same way is told again; one that goes on and was never noted is not current', () => {
    const id = addTask();
    end(id);
    goOn(id);
    expect(told().map(({ is_current: now }) => now)).toEqual([false]);
    end(id);
    expect(told().map(({ is_current: now }) => now)).toEqual([false, true]);
  });

  test('once by one watch, though more events come, and nothing of what does not concern a host', () => {
    const id = addTask();
    const watch = new NotificationWatch(place.dispatcher(), { cursor: 'host', ids: null });
    expect(watch.look()).toEqual([]);
    end(id);
    expect(watch.look()).toHaveLength(1);
    commit(id, { kind: 'note', message: 'seen', data: {} });
    expect(watch.look()).toEqual([]);
    goOn(id);
    end(id);
    expect(watch.look().map(({ type }) => type)).toEqual(['terminal']);
  });

  test('a task that is made, goes on and ends between two looks, long after the first', async () => {
    const controller = new AbortController();
    const first = addTask();
    end(first);
    take(null);
    const came: string[] = [];
    const watching = (async () => {
      const { signal } = controller;
      for await (const all of watchTasks(place.dispatcher(), { cursor: 'host', ids: null, signal })) {
        came.push(...all.map(({ task_id: id }) => id));
        if (came.length > 1) controller.abort();
      }
    })();
    goOn(first);
    end(first);
    const second = addTask();
    end(second);
    await watching;
    expect(came.sort()).toEqual([first, second]);
  });

  test('a damaged task keeps nobody from hearing of the others; one that was asked for is an error', () => {
    const [one, other] = [addTask(), addTask()];
    end(one);
    end(other);
    rmSync(join(store.taskDir(one), 'events.jsonl'));
    expect(toldOf()).toEqual([[other, 'terminal']]);
    expect(() => told('host', [one])).toThrow(expect.objectContaining({ code: 'journal_missing' }));
  });
});

describe('taking note', () => {
  test('of all of a task, once, for this cursor only; what comes later is told', () => {
    const [one, other] = [addTask(), addTask()];
    end(one);
    end(other);
    expect(take([one]).notifications).toMatchObject([{ task_id: one, type: 'terminal' }]);
    expect(take([one])).toEqual({ cursor: 'host', tasks: [], notifications: [] });
    expect(toldOf()).toEqual([[other, 'terminal']]);
    expect(toldOf('another')).toHaveLength(2);
    goOn(one);
    expect(toldOf()).toEqual([[other, 'terminal']]);
    end(one);
    expect(toldOf().sort()).toEqual([
      [one, 'terminal'],
      [other, 'terminal'],
    ]);
    expect(bookmarks()).toHaveLength(1);
  });

  test('up to a position: what has come since is told, and an earlier one takes nothing back', () => {
    const id = addTask();
    change(id, 'awaiting_user', 'interrupted');
    const [seen] = told();
    asks(id, '001', 'Red?');
    expect(take([id], seen!.position).notifications).toEqual([{ ...seen, is_current: true }]);
    expect(toldOf()).toEqual([[id, 'question']]);
    take([id]);
    expect(toldOf()).toEqual([]);
    expect(take([id], seen!.position)).toMatchObject({ tasks: [], notifications: [] });
    expect(toldOf()).toEqual([]);
  });

  test.each(['7:abcdefghjkmn', '1', 'x', '', '0', '99999999999999999999:abcdefghjkmn'])(
    'a position that is not in the journal, %j, moves nothing',
    (position) => {
      const id = addTask();
      end(id);
      expect(() => take([id], position)).toThrow(expect.objectContaining({ code: 'position_unknown' }));
      expect(toldOf()).toHaveLength(1);
    },
  );

  test('a journal that was put back from a copy is told again: its events are others', () => {
    const id = addTask();
    const events = join(store.taskDir(id), 'events.jsonl');
    const before = readFileSync(events);
    end(id);
    take([id]);
    writeFileSync(events, before);
    change(id, 'failed', 'agent_error');
    expect(toldOf()).toEqual([[id, 'terminal']]);
  });

  test('a bookmark that the journal does not have stands in the way of none that it has', () => {
    const id = addTask();
    const events = join(store.taskDir(id), 'events.jsonl');
    end(id);
    const before = readFileSync(events);
    goOn(id);
    end(id);
    take([id]);
    writeFileSync(events, before);
    const [again] = told();
    expect(again).toMatchObject({ type: 'terminal' });
    expect(take([id], again!.position).tasks).toEqual([{ task_id: id, position: again!.position }]);
    expect(toldOf()).toEqual([]);
    expect(unacknowledged({ cursor: 'host' })).toEqual([]);
    expect(bookmarks()).toHaveLength(1);
    goOn(id);
    end(id);
    expect(toldOf()).toEqual([[id, 'terminal']]);
  });

  test('never of what a newer version has done', () => {
    const id = addTask();
    end(id);
    const [last] = place.events(id).slice(-1);
    const newer = { ...last, sequence: last!.sequence + 1, nonce: 'fromtomorrow', fold_version: 99 };
    appendFileSync(join(store.taskDir(id), 'events.jsonl'), `${JSON.stringify(newer)}\n`);
    const [position] = listTasks(place.dispatcher(), {
      limit: null,
      filter: { ...everyTask, unacknowledged: 'any_cursor' },
    }).map((row) => row.position);
    take([id], position);
    take([id]);
    expect(toldOf()).toEqual([]);
    // Whoever understands it is told.
    expect(bookmarks()[0]).toMatch(new RegExp(`^${id}\\.${last!.sequence}\\.`));
  });

  test('begins a cursor that was never used, and no other', async () => {
    const id = addTask();
    end(id);
    expect(acknowledgeFirst(place.dispatcher(), 'new')?.tasks).toMatchObject([{ task_id: id }]);
    expect(toldOf('new')).toEqual([]);
    expect(acknowledgeFirst(place.dispatcher(), 'new')).toBeNull();
    // One that was told something and died before it took note has used it.
    const controller = new AbortController();
    const { signal } = controller;
    for await (const all of watchTasks(place.dispatcher(), { cursor: 'told', ids: null, signal })) {
      expect(all).toHaveLength(1);
      break;
    }
    expect(acknowledgeFirst(place.dispatcher(), 'told')).toBeNull();
    expect(toldOf('told')).toHaveLength(1);
  });

  test('begins with the task that a host has just started, and has taken note of nothing', () => {
    const [old, own] = [addTask(), addTask()];
    end(old);
    end(own);
    const first = acknowledgeFirst(place.dispatcher(), 'host', { but: own });
    expect(first?.notifications).toMatchObject([{ task_id: old }]);
    expect(toldOf()).toEqual([[own, 'terminal']]);
    expect(unacknowledged('any_cursor')).toEqual([own, old]);
  });

  test('nothing is written through a link that stands where a cursor should', () => {
    const id = addTask();
    end(id);
    const outside = join(place.folder, 'outside');
    mkdirSync(outside);
    symlinkSync(outside, join(place.root, 'cursors', 'host'));
    expect(() => take([id])).toThrow(expect.objectContaining({ code: 'planted_link' }));
    expect(readdirSync(outside)).toEqual([]);
  });

  test('prune removes nothing through a link, and nothing that is no bookmark', async () => {
    const other = join(place.folder, 'other');
    mkdirSync(other);
    const gone = newTaskId({ now: new Date(), newest: newestTaskId(store) });
    const foreign = [`${gone}.grant.json`, `${gone}.1.2.abcdefghjkmn`];
    for (const name of foreign) writeFileSync(join(other, name), '');
    symlinkSync(other, join(place.root, 'cursors', 'evil'));
    mkdirSync(join(place.root, 'cursors', 'own'));
    for (const name of foreign) writeFileSync(join(place.root, 'cursors/own', name), '');
    mkdirSync(join(place.root, 'tasks', `.gone-${gone}`));
    await pruneTasks(place.dispatcher(), { untilMs: 0, dryRun: false });
    expect(readdirSync(other).sort()).toEqual(foreign.toSorted());
    expect(bookmarks('own')).toEqual([`${gone}.grant.json`]);
    // Nor does it keep anybody from a list.
    expect(unacknowledged('any_cursor')).toEqual([]);
  });

  test('prune goes through no link in the place of all cursors', async () => {
    const other = join(place.folder, 'other');
    mkdirSync(join(other, 'own'), { recursive: true });
    const gone = newTaskId({ now: new Date(), newest: newestTaskId(store) });
    writeFileSync(join(other, 'own', `${gone}.1.2.abcdefghjkmn`), '');
    rmSync(join(place.root, 'cursors'), { recursive: true });
    symlinkSync(other, join(place.root, 'cursors'));
    mkdirSync(join(place.root, 'tasks', `.gone-${gone}`));
    await pruneTasks(place.dispatcher(), { untilMs: 0, dryRun: false });
    expect(readdirSync(join(other, 'own'))).toHaveLength(1);
    expect(() => told('own')).toThrow(expect.objectContaining({ code: 'planted_link' }));
  });

  test('what is no bookmark says nothing', () => {
    const id = addTask();
    end(id);
    take([id]);
    const [bookmark = ''] = bookmarks();
    const [, , bytes, nonce] = bookmark.split('.');
    for (const name of [`${id}.99`, `${id}.x.1.${nonce}`, `.${bookmark}`, `${id}.099.${bytes}.${nonce}`])
      writeFileSync(join(place.root, 'cursors/host', name), '');
    expect(toldOf()).toEqual([]);
    goOn(id);
    end(id);
    expect(toldOf()).toHaveLength(1);
  });

  test('a task that is pruned leaves no bookmark', async () => {
    const id = addTask();
    end(id);
    take([id]);
    await pruneTasks(place.dispatcher(), { untilMs: Date.now() + 1000, dryRun: false });
    expect(bookmarks()).toEqual([]);
    expect(toldOf()).toEqual([]);
  });
});

describe('the list of what is not acknowledged', () => {
  test('by any cursor, and by one; of what has ended or waits', () => {
    const [ended, waits, open] = [addTask(), addTask(), addTask()];
    end(ended);
    change(waits, 'awaiting_user', 'interrupted');
    expect(unacknowledged('any_cursor')).toEqual([waits, ended]);
    take([ended]);
    take([open]);
    expect(unacknowledged('any_cursor')).toEqual([waits]);
    expect(unacknowledged({ cursor: 'another' })).toEqual([waits, ended]);
    take([ended], null, 'another');
    goOn(ended);
    commit(waits, { kind: 'note', message: 'n', data: {} });
    expect(unacknowledged('any_cursor')).toEqual([waits]);
    end(ended);
    expect(unacknowledged('any_cursor')).toEqual([waits, ended]);
  });

  test('its positions acknowledge what it shows', () => {
    const id = addTask();
    end(id);
    const filter = { ...everyTask, unacknowledged: 'any_cursor' as const };
    const [row] = listTasks(place.dispatcher(), { limit: null, filter });
    goOn(id);
    end(id);
    take([id], row!.position!);
    expect(toldOf()).toEqual([[id, 'terminal']]);
  });
});
