import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { examineStore, resumeTask, type StartedTask } from '../../src/index.ts';
import { StoreInAFolder } from '../setup/store-in-a-folder.ts';
import { until } from '../setup/until.ts';

let store: StoreInAFolder;
beforeEach(() => {
  store = new StoreInAFolder();
});
afterEach(() => store.remove());

const says = 'printf "Half of it." > "$DISPATCH_TASK_DIR/mailbox/progress"';
const resume = (id: string): Promise<StartedTask> =>
  resumeTask(store.dispatcher(), id, {
    ...{ message: 'Once more.', execution_mode: null, task_mode: null, fresh: null },
  });

test('what the attempt before said is not said by the next one, and the same words count anew', async () => {
  const { task_id: id } = await store.run(`${says}; sleep 0.3`);
  expect(await store.carriesOut(id)).toMatchObject({ progress: { attempt: 0, message: 'Half of it.' } });

  const gate = join(store.folder, 'gate');
  store.agent('agent', `while [ ! -e ${gate} ]; do sleep 0.05; done; ${says}; sleep 0.3`);
  await resume(id);
  void store.superviseHere();
  await store.shows(id, 'the agent at work', ({ reason }) => reason === 'working');
  await until(
    'the mailbox to be looked at',
    () => !existsSync(join(store.task(id).artifacts.mailbox_dir, 'progress')),
  );
  expect(store.task(id).progress).toBeUndefined();
  writeFileSync(gate, '');
  await store.leave();
  expect(await store.carriesOut(id)).toMatchObject({ progress: { attempt: 1, message: 'Half of it.' } });
  const said = store.events(id).filter(({ kind }) => kind === 'progress_reported');
  expect(said.map(({ data }) => data)).toEqual(
    [0, 1].map((attempt) => ({ attempt, message: 'Half of it.' })),
  );
  expect(await examineStore(store.surroundings())).toMatchObject({ departures: [] });
});

test.each(['a folder', 'a link'])('%s in its place stops no attempt', async (what) => {
  const { task_id: id } = await store.run('exit 0');
  store.damagedOnPurpose();
  const { artifacts } = await store.carriesOut(id);
  const path = join(artifacts.mailbox_dir, 'progress');
  rmSync(path, { force: true });
  if (what === 'a folder') mkdirSync(path);
  else symlinkSync(store.folder, path);
  await resume(id);
  expect(await store.carriesOut(id)).toMatchObject({ attempts: [{}, { outcome: 'succeeded' }] });
  expect(existsSync(store.folder)).toBe(true);
});
