// `supervise --status` and `--everywhere`: who looks after a store, and that somebody does where there is work.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Stage } from './harness/index.ts';
import {
  cleanUpAfterEach,
  dataOf,
  errorOf,
  killEverythingOfDispatch,
  livingProcesses,
  stageScriptedAgent,
  until,
} from './harness/index.ts';

cleanUpAfterEach();

const agent = `#!/bin/sh
cat > /dev/null
while [ ! -e "$DISPATCH_TASK_DIR/../../../end" ]; do sleep 0.1; done
`;

let stage: Stage;
beforeEach(async () => {
  stage = await stageScriptedAgent(agent);
});

interface StoreStatus {
  root: string;
  has_work: boolean;
  supervisor: { state: string; pid: number | null; epoch: number; since: string | null; how: string | null };
}
const supervise = (...args: string[]) => stage.type(['supervise', ...args]);
const status = async () => dataOf<{ store: StoreStatus | null }>(await supervise('--status'));

test('the status of a store, before, during and after a task, and without its supervisor', async () => {
  expect((await status()).store).toBeNull();
  expect(errorOf(await stage.type(['--root', 'gone', 'supervise', '--status'])).code).toBe('no_store');
  dataOf(await stage.type(['init']));
  expect((await status()).store).toMatchObject({
    root: stage.root,
    has_work: false,
    supervisor: { state: 'free', epoch: 0, pid: null, since: null },
  });
  const begun = Date.now();
  const { task_id: id } = dataOf<{ task_id: string }>(await stage.type(['run', '--prompt', 'Wait.']));
  const supervisors = () =>
    livingProcesses().filter(({ argv }) => argv.includes('supervise') && argv.includes(stage.root));
  await until(() => supervisors().length === 1, { what: 'the supervisor is there' });
  const held = await until(
    async () => {
      const seen = (await status()).store;
      return seen?.supervisor.state === 'held' && seen;
    },
    { what: 'it has the lease' },
  );
  expect(held).toMatchObject({ has_work: true, supervisor: { pid: supervisors()[0]?.pid, how: null } });
  const { since } = held.supervisor;
  if (since !== null) expect(Math.abs(Date.parse(since) - begun)).toBeLessThan(30_000);
  await killEverythingOfDispatch(stage.root);
  expect((await status()).store).toMatchObject({ has_work: true, supervisor: { state: 'free', pid: null } });
  // Looked at, not looked after.
  expect(supervisors()).toEqual([]);
  const { stores } = dataOf<{ stores: unknown[] }>(await supervise('--everywhere'));
  expect(stores).toEqual([{ root: stage.root, supervision: 'started', why: null }]);
  await until(async () => (await status()).store?.supervisor.state === 'held', { what: 'somebody has it' });
  expect(dataOf(await supervise('--everywhere'))).toMatchObject({ stores: [{ supervision: 'held' }] });
  writeFileSync(join(stage.cwd, 'end'), '');
  expect((await stage.type(['wait', id])).exitCode).toBe(0);
  await until(() => supervisors().length === 0, { what: 'the supervisor has left' });
  expect((await status()).store).toMatchObject({ has_work: false, supervisor: { state: 'free', pid: null } });
  expect(dataOf(await supervise('--everywhere'))).toMatchObject({ stores: [{ supervision: 'no_work' }] });
});
