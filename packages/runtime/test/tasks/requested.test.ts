import { afterEach, beforeEach, expect, it } from 'vitest';
import { examineStore, listTasks, resumeTask } from '../../src/index.ts';
import { everyTask } from '../../src/read/filter.ts';
import { StoreInAFolder } from '../setup/store-in-a-folder.ts';

let store: StoreInAFolder;

beforeEach(() => {
  store = new StoreInAFolder();
});
afterEach(() => store.remove());

it('a resume that was typed in a sandbox opens the task again for who goes by the index', async () => {
  const { task_id: id } = await store.run('exit 0');
  await store.carriesOut(id);
  const active = { limit: null, filter: { ...everyTask, active: true } };
  expect(listTasks(store.dispatcher(), active)).toEqual([]);

  const sandboxed = store.dispatcher({ environment: { CODEX_SANDBOX: 'seatbelt' } });
  await resumeTask(sandboxed, id, {
    message: 'once more',
    execution_mode: null,
    task_mode: null,
    fresh: null,
  });
  expect(store.task(id)).toMatchObject({ status: 'pending', reason: 'sandboxed_host' });
  store.superviseHere();
  await store.leave();
  expect(listTasks(store.dispatcher(), active)).toMatchObject([{ task_id: id }]);
  expect(await examineStore(store.surroundings())).toMatchObject({ conforms: true, departures: [] });
});
