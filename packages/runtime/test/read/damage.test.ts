import { appendFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inspectTask, listTasks, statusOf } from '../../src/index.ts';
import { recorded } from '../setup/planted-attempt.ts';
import { StoreInAFolder } from '../setup/store-in-a-folder.ts';

let store: StoreInAFolder;
let id: string;
let taskDir: string;

beforeEach(async () => {
  store = new StoreInAFolder();
  store.agent('agent', 'exit 0');
  ({ task_id: id } = await recorded(store));
  taskDir = join(store.root, 'tasks', id);
});
afterEach(() => store.remove());

const row = () => listTasks(store.dispatcher(), { limit: null })[0]!;
const damageOfInspect = () => inspectTask(store.dispatcher(), id, { eventLimit: 1 }).damage;

describe('damage is told, and the row stays', () => {
  it('where the snapshot was edited by hand: the journal counts', () => {
    const path = join(taskDir, 'task.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"pending"', '"completed"'));
    expect(row()).toMatchObject({
      task_id: id,
      status: 'pending',
      damage: expect.stringMatching(/edited by hand/) as string,
    });
    expect(damageOfInspect()).toMatch(/edited by hand/);
  });

  it('not where the snapshot is missing or behind', () => {
    rmSync(join(taskDir, 'task.json'));
    expect(row()).toMatchObject({ status: 'pending', damage: null });
  });

  it('where an event is missing', () => {
    const line = (sequence: number): string =>
      `${JSON.stringify({ sequence, timestamp: '2026-11-21T10:00:00.000Z', kind: 'note', message: '', nonce: `n${sequence}`, data: {} })}\n`;
    appendFileSync(join(taskDir, 'events.jsonl'), line(5));
    expect(row().damage).toMatch(/event 2 is missing.*doctor/);
    expect(damageOfInspect()).toMatch(/event 2 is missing/);
  });

  it('where the journal is missing, is a link, or does not begin with the task', () => {
    const path = join(taskDir, 'events.jsonl');
    const journal = readFileSync(path, 'utf8');
    rmSync(path);
    expect(row()).toMatchObject({ task_id: id, damage: expect.stringContaining('missing') as string });
    symlinkSync('/etc/hostname', path);
    expect(row().damage).toMatch(/link|plain file|regular/);
    expect(() => statusOf(store.dispatcher(), id)).toThrow();
    rmSync(path);
    store.damagedOnPurpose();
    writeFileSync(path, `#\n${journal.slice(40)}`);
    rmSync(join(taskDir, 'task.json'));
    expect(row().damage).toMatch(/does not begin/);
  });

  it('where a folder is a link', () => {
    rmSync(join(taskDir, 'mailbox'), { recursive: true });
    symlinkSync('/etc', join(taskDir, 'mailbox'));
    expect(row()).toMatchObject({ task_id: id, damage: expect.stringContaining('mailbox') as string });
  });

  it('where a letter is a link', () => {
    symlinkSync('/etc/hostname', join(taskDir, 'mailbox/001.question'));
    expect(row().damage).toMatch(/planted_link.*001\.question/);
    expect(row().pending_question_count).toBe(0);
  });

  it('beside other tasks that are sound', async () => {
    const { task_id: other } = await recorded(store);
    rmSync(join(taskDir, 'events.jsonl'));
    mkdirSync(join(store.root, 'tasks', 'no task'));
    expect(
      listTasks(store.dispatcher(), { limit: null }).map(({ task_id, damage }) => [task_id, damage === null]),
    ).toEqual([
      [other, true],
      [id, false],
    ]);
  });

  it('where a newer dispatch changed the status', () => {
    store.damagedOnPurpose();
    const event = {
      sequence: 2,
      timestamp: '2026-11-21T10:00:00.000Z',
      kind: 'paused',
      message: '',
      nonce: 'n2',
      fold_version: 99,
      data: {},
    };
    appendFileSync(join(taskDir, 'events.jsonl'), `${JSON.stringify(event)}\n`);
    expect(row().damage).toMatch(/^newer_version/);
  });
});
