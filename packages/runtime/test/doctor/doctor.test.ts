import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readActiveMarkers } from '@dispatch/core';
import { doctor, readLease, resumeTask, type Finding } from '../../src/index.ts';
import { otherMachine } from '../setup/other-machine.ts';
import { plantedAttempt, recorded } from '../setup/planted-attempt.ts';
import { StoreInAFolder } from '../setup/store-in-a-folder.ts';
import { until } from '../setup/until.ts';

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

/** What was found, but for what every test's home in /tmp is told. */
async function findings(
  options: { takeOver?: boolean; machine?: ReturnType<typeof otherMachine> } = {},
): Promise<Finding[]> {
  const dispatcher = store.dispatcher(options.machine === undefined ? {} : { machine: options.machine });
  const { findings: all } = await doctor(dispatcher, { takeOver: options.takeOver ?? false });
  return all.filter(({ what }) => what !== 'home_in_sandbox');
}

/** Found and repaired once, and not there any more at the next look. */
async function repairs(what: string): Promise<Finding> {
  const found = (await findings()).filter((one) => one.what === what);
  expect(found).toMatchObject([{ what, repaired: true }]);
  expect(await findings()).toEqual([]);
  return found[0]!;
}

const old = new Date(Date.now() - 3_600_000);
const event = (sequence: number, kind = 'note'): string =>
  `${JSON.stringify({ sequence, timestamp: '2026-11-21T10:00:00.000Z', kind, message: '', nonce: `n${sequence}`, data: {} })}\n`;

describe('doctor', () => {
  it('makes the marker anew of an open task that a newer version has changed', async () => {
    const newer = { ...(JSON.parse(event(90)) as object), fold_version: 99, sequence: 2 };
    const journal = join(taskDir, 'events.jsonl');
    const last = readFileSync(journal, 'utf8').trim().split('\n').length;
    appendFileSync(journal, `${JSON.stringify({ ...newer, sequence: last + 1 })}\n`);
    const active = join(store.root, 'index/active');
    rmSync(active, { recursive: true });
    mkdirSync(active);
    expect((await findings()).map(({ what }) => what)).toEqual(['newer_version', 'marker_missing']);
    expect(readActiveMarkers(store.dispatcher().store)).toMatchObject([{ id }]);
    store.damagedOnPurpose();
  });

  it('names what bears the name of a task and is no folder, and enters it not', async () => {
    const elsewhere = join(store.folder, 'elsewhere');
    cpSync(taskDir, elsewhere, { recursive: true });
    const link = join(store.root, 'tasks', `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`);
    symlinkSync(elsewhere, link);
    rmSync(join(elsewhere, 'task.json'));
    expect(await findings()).toMatchObject([{ what: 'planted_link', path: link, repaired: false }]);
    expect(existsSync(join(elsewhere, 'task.json'))).toBe(false);
  });

  it('finds nothing in a sound store, and changes nothing', async () => {
    const before = readFileSync(join(taskDir, 'events.jsonl'), 'utf8');
    expect(await findings()).toEqual([]);
    expect(readFileSync(join(taskDir, 'events.jsonl'), 'utf8')).toBe(before);
  });

  it('puts nothing into a folder that has no journal, and removes an empty one', async () => {
    const empty = join(store.root, 'tasks', '1m89aaaaaaaaaa');
    mkdirSync(empty);
    expect(await repairs('stray_folder')).toMatchObject({ path: empty });
    expect(existsSync(empty)).toBe(false);
    mkdirSync(join(empty, 'notes'), { recursive: true });
    expect(await findings()).toMatchObject([{ what: 'journal_missing', path: empty, repaired: false }]);
    expect(readdirSync(empty)).toEqual(['notes']);
  });

  it('says that a marker of the day was missing', async () => {
    const index = join(store.root, 'index');
    const day = readdirSync(index).find((name) => /^\d{8}$/.test(name))!;
    rmSync(join(index, day, id));
    expect(await repairs('marker_missing')).toMatchObject({ task_id: id });
  });

  it('removes an old marker of an attempt that never came, and leaves a young one', async () => {
    const marker = join(store.root, 'index/active', `${id}.5`);
    writeFileSync(marker, '');
    expect(await findings()).toEqual([]);
    utimesSync(marker, old, old);
    await repairs('marker_without_task');
    expect(existsSync(marker)).toBe(false);
  });

  it('names what is none of its own, and leaves it', async () => {
    const paths = ['tasks/notes.txt', 'tasks/Not-A-Task', 'index/active/garbage'].map((name) =>
      join(store.root, name),
    );
    paths.forEach((path) => writeFileSync(path, ''));
    const found = await findings();
    expect(found.map(({ path }) => path).sort()).toEqual(paths.sort());
    expect(new Set(found.map(({ what }) => what))).toEqual(new Set(['foreign_file']));
  });

  it('refuses to judge from inside a sandbox', async () => {
    const dispatcher = store.dispatcher({ environment: { CODEX_SANDBOX: 'seatbelt' } });
    await expect(doctor(dispatcher, { takeOver: false })).rejects.toMatchObject({ code: 'sandboxed' });
  });

  it('tells of a home that a sandboxed worker or others may write', async () => {
    chmodSync(store.home, 0o777);
    const { findings: all } = await doctor(store.dispatcher(), { takeOver: false });
    expect(all.map(({ what, repaired }) => [what, repaired])).toEqual([
      ['home_in_sandbox', false],
      ['home_open', false],
    ]);
  });

  it('goes on behind events that are missing', async () => {
    appendFileSync(join(taskDir, 'events.jsonl'), event(5));
    await repairs('events_missing');
    expect(store.kinds(id)).toEqual(['created', 'note', 'repaired']);
  });

  it('closes a torn line', async () => {
    store.damagedOnPurpose();
    appendFileSync(join(taskDir, 'events.jsonl'), event(2).slice(0, 30));
    await repairs('torn_line');
    appendFileSync(join(taskDir, 'events.jsonl'), event(2).slice(30));
    expect(store.kinds(id)).toEqual(['created', 'note']);
    expect(store.events(id)[1]!.message).toMatch(/^doctor/);
  });

  it.each([
    [
      'snapshot_edited',
      (path: string) => writeFileSync(path, readFileSync(path, 'utf8').replace('"pending"', '"completed"')),
    ],
    ['snapshot_missing', (path: string) => rmSync(path)],
    ['snapshot_unreadable', (path: string) => writeFileSync(path, '{"torn')],
  ] as const)('writes the snapshot anew: %s', async (what, break_) => {
    const path = join(taskDir, 'task.json');
    const before = readFileSync(path, 'utf8');
    break_(path);
    const found = await findings();
    expect(found.map((one) => one.repaired)).toEqual([true]);
    expect(found[0]!.what).toMatch(what === 'snapshot_edited' ? /^snapshot_edited$/ : /^snapshot_/);
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(await findings()).toEqual([]);
  });

  it('makes a missing folder and a missing marker anew', async () => {
    rmSync(join(taskDir, 'outputs'), { recursive: true });
    await repairs('folder_missing');
    rmSync(join(store.root, 'index/active', `${id}.0`));
    await repairs('marker_missing');
    expect(readActiveMarkers(store.dispatcher().store)).toEqual([{ id, attempt: 0 }]);
  });

  it('follows no link, and says so', async () => {
    rmSync(join(taskDir, 'mailbox'), { recursive: true });
    symlinkSync('/etc', join(taskDir, 'mailbox'));
    expect(await findings()).toMatchObject([
      { what: 'planted_link', repaired: false, path: join(taskDir, 'mailbox') },
    ]);
  });

  it('removes what writers that were killed have left, once it is old, and nothing of a worker', async () => {
    const stray = join(taskDir, '.task.json.abcdefgh2345');
    const aside = join(store.root, 'tasks', '.new-1abcdefghjkmnp.abcdefgh2345');
    writeFileSync(stray, '');
    mkdirSync(aside);
    writeFileSync(join(taskDir, 'mailbox/.done'), '');
    writeFileSync(join(taskDir, '.notes'), 'mine');
    expect(await findings()).toEqual([]);
    for (const path of [stray, aside, join(taskDir, 'mailbox/.done'), join(taskDir, '.notes')])
      utimesSync(path, old, old);
    expect((await findings()).map(({ what, repaired }) => [what, repaired])).toEqual([
      ['stray_file', true],
      ['stray_folder', true],
    ]);
    expect([existsSync(join(taskDir, 'mailbox/.done')), existsSync(join(taskDir, '.notes'))]).toEqual([
      true,
      true,
    ]);
    expect(await findings()).toEqual([]);
  });

  it('removes a marker whose task never came to be, once it is old', async () => {
    const path = join(store.root, 'index/active', `${id.slice(0, -1)}${id.endsWith('a') ? 'b' : 'a'}.0`);
    writeFileSync(path, '');
    expect(await findings()).toEqual([]);
    utimesSync(path, old, old);
    await repairs('marker_without_task');
  });

  it('names what is left running, and does not end it', async () => {
    const { task_id: left } = await store.run('nohup sleep 600 >/dev/null 2>&1 & echo up', {
      backend: 'leaver',
    });
    await store.carriesOut(left);
    expect(await findings()).toMatchObject([{ what: 'leftover', task_id: left, repaired: false }]);
    expect(store.processes(left)).toHaveLength(1);
  });
});

/** What is said of the root of a task; its snapshot names the paths of before, too. */
async function ofRoot(task: string): Promise<Finding[]> {
  return (await findings()).filter(({ task_id, what }) => task_id === task && what.startsWith('root_'));
}

describe('doctor, for what was moved or copied', () => {
  it('adopts a moved root, and the next resume is of that root', async () => {
    const { id: moved } = await plantedAttempt(store, { id });
    const there = join(store.folder, 'there');
    renameSync(store.root, there);
    store.root = there;
    expect(await ofRoot(moved)).toMatchObject([{ what: 'root_moved', repaired: true }]);
    expect(store.task(moved)).toMatchObject({
      status: 'awaiting_user',
      reason: 'interrupted',
      root: { path: there },
    });
    expect(await findings()).toEqual([]);
    await resumeTask(store.dispatcher(), moved, {
      message: 'go on',
      execution_mode: null,
      task_mode: null,
      fresh: null,
    });
    expect(await store.carriesOut(moved)).toMatchObject({ status: 'completed' });
  });

  it('leaves a moved root alone while processes work under its old path', async () => {
    const { task_id: working } = await store.run('sleep 600', { backend: 'sleeper' });
    const was = store.root;
    await until('it to work', () => store.runs(working, 'sleep'));
    renameSync(store.root, join(store.folder, 'there'));
    store.root = join(store.folder, 'there');
    expect(await ofRoot(working)).toMatchObject([{ what: 'root_moved', repaired: false }]);
    expect(store.task(working)).toMatchObject({ status: 'running', root: { path: was } });
    expect(store.processes(working, was).length).toBeGreaterThan(1);
  });

  it('closes the attempts of a copy and gives its sessions up', async () => {
    store.agent('sleeper', 'exec sleep 600', { args: ['{session_id}'] });
    const { task_id: working } = await store.run('', { backend: 'sleeper' });
    await until('it to work', () => store.runs(working, 'sleep'));
    const copy = join(store.folder, 'copy');
    cpSync(store.root, copy, { recursive: true });
    const original = store.root;
    store.root = copy;
    expect(await ofRoot(working)).toMatchObject([{ what: 'root_copied', repaired: true }]);
    expect(store.task(working)).toMatchObject({
      status: 'awaiting_user',
      reason: 'interrupted',
      session: { given_up: true },
    });
    const resumed = resumeTask(store.dispatcher(), working, {
      message: 'go',
      execution_mode: null,
      task_mode: null,
      fresh: null,
    });
    await expect(resumed).rejects.toMatchObject({ code: 'session_given_up' });
    store.root = original;
    expect(store.task(working)).toMatchObject({ status: 'running', session: { given_up: false } });
    expect(store.processes(working).length).toBeGreaterThan(1);
  });
});

describe('doctor --take-over', () => {
  it('takes what was recorded elsewhere for ended, on the word of the user only', async () => {
    await plantedAttempt(store, { id, started: { host: 'ffff:elsewhere' } });
    expect(await findings()).toMatchObject([{ what: 'attempt_unknown', task_id: id, repaired: false }]);
    expect(store.task(id).status).toBe('running');
    expect(await findings({ takeOver: true })).toMatchObject([
      { what: 'attempt_taken_over', task_id: id, repaired: true },
    ]);
    expect(store.task(id)).toMatchObject({ status: 'awaiting_user', reason: 'interrupted' });
  });

  it('takes a lease that is held elsewhere', async () => {
    const { task_id: working } = await store.run('sleep 600', { backend: 'sleeper' });
    void store.superviseHere(otherMachine({ host: 'ffff:elsewhere' }));
    await until('the lease', () => readLease(store.dispatcher()).kind === 'unknown');
    expect(await findings()).toMatchObject([{ what: 'supervisor_elsewhere', repaired: false }]);
    expect((await findings({ takeOver: true })).map(({ what }) => what)).toContain('lease_taken_over');
    expect(readLease(store.dispatcher())).toMatchObject({ kind: 'free' });
    expect(store.task(working).status).toBe('running');
  });
});
