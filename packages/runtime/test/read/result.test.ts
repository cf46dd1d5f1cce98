import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { resultOf } from '../../src/index.ts';
import { StoreInAFolder } from '../setup/store-in-a-folder.ts';

let store: StoreInAFolder;

beforeEach(() => {
  store = new StoreInAFolder();
});
afterEach(() => store.remove());

it('says why it is not known what changed: no repository, or one that could not be read', async () => {
  const { task_id: id } = await store.run('exit 0');
  const { attempts } = await store.carriesOut(id);
  const unknown = async () => (await resultOf(store.dispatcher(), id)).files_changed_unknown;
  expect(await unknown()).toBe('the workspace was no git repository when the attempt began');

  store.damagedOnPurpose();
  const before = { kind: 'unknown', why: 'git did not answer in time' };
  writeFileSync(attempts[0]!.workspace_path!, JSON.stringify({ before, after: null }));
  expect(await unknown()).toBe(
    'the workspace could not be looked at before the attempt: git did not answer in time',
  );
});
