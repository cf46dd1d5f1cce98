import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { superviseEverywhere } from '../../src/index.ts';
import { storeStatus } from '../../src/supervisor/status.ts';
import { otherMachine } from '../setup/other-machine.ts';
import { StoreInAFolder } from '../setup/store-in-a-folder.ts';
import { until } from '../setup/until.ts';

let store: StoreInAFolder;
beforeEach(() => {
  store = new StoreInAFolder();
});
afterEach(() => store.remove());

const seen = (change: Parameters<StoreInAFolder['surroundings']>[0] = {}) =>
  storeStatus(store.surroundings(change))!;

it('tells of a holder of this machine, and of one that cannot be judged from here', async () => {
  const { task_id: id } = await store.run('exec sleep 600');
  expect(seen()).toMatchObject({ has_work: true, supervisor: { state: 'free', pid: null, since: null } });
  void store.superviseHere();
  await until('the lease', () => seen().supervisor.state === 'held');
  expect(seen().supervisor).toMatchObject({ pid: process.pid, epoch: 1, how: null });
  expect(Date.parse(seen().supervisor.seen_at ?? '')).toBeGreaterThan(0);
  const elsewhere = seen({ machine: otherMachine({ host: 'ffff:elsewhere' }) });
  expect(elsewhere.supervisor).toMatchObject({ state: 'unknown', pid: null, epoch: 1 });
  expect(elsewhere.supervisor.how).toMatch(/\S/);
  expect(elsewhere.has_work).toBe(true);
  const [other] = await superviseEverywhere(
    store.surroundings({ machine: otherMachine({ host: 'ffff:elsewhere' }) }),
  );
  expect(other).toMatchObject({ supervision: 'not_started', why: expect.stringContaining('judged') });
  await store.leave();
  expect(seen().supervisor.state).toBe('free');
  expect(store.kinds(id)).not.toContain('attempt_ended');
});

it('finds work that the index of another boot may lack', async () => {
  const { task_id: id } = await store.run('exec sleep 600');
  for (const name of ['0', '1']) rmSync(join(store.root, 'index/active', `${id}.${name}`), { force: true });
  expect(seen().has_work).toBe(false);
  const machine = otherMachine({ bootId: 'another' });
  expect(seen({ machine }).has_work).toBe(true);
  expect(await superviseEverywhere(store.surroundings({ machine }))).toMatchObject([
    { root: store.root, supervision: 'started' },
  ]);
});

it('judges nothing in a sandbox or through a link', async () => {
  await store.run('exit 0');
  expect(seen({ environment: { CODEX_SANDBOX: 'seatbelt' } }).supervisor).toMatchObject({
    state: 'unknown',
    how: expect.stringContaining('sandbox'),
  });
  const lease = join(store.root, 'supervisor/lease');
  const aside = join(store.folder, 'aside');
  mkdirSync(lease, { recursive: true });
  renameSync(lease, aside);
  symlinkSync(aside, lease);
  expect(seen().supervisor).toMatchObject({
    state: 'unknown',
    how: expect.stringContaining('planted_link'),
  });
  rmSync(lease);
  renameSync(aside, lease);
});
