import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Dispatcher } from '../../src/dispatcher.ts';
import { acknowledge, acknowledgeFirst, answerQuestion, cancelTask, resumeTask } from '../../src/index.ts';
import { ensureSupervisor } from '../../src/supervisor/ensure.ts';
import { StoreInAFolder } from '../setup/store-in-a-folder.ts';

let store: StoreInAFolder;
beforeEach(() => {
  store = new StoreInAFolder();
});
afterEach(() => store.remove());

const served = (): Dispatcher => ({
  ...store.dispatcher(),
  confined: { kind: 'worker', evidence: 'this server serves one' },
});

test('a server that serves a worker records what it wants, and does nothing of it', async () => {
  const { task_id: id } = await store.run('exit 0');
  await store.carriesOut(id);
  const journal = join(store.root, 'tasks', id, 'events.jsonl');
  const before = readFileSync(journal, 'utf8');
  const refused = expect.objectContaining({ code: 'sandboxed' }) as Error;
  expect(() => answerQuestion(served(), id, { message: 'Yes.', question: null })).toThrow(refused);
  expect(() => acknowledge(served(), { cursor: 'default', ids: [id] })).toThrow(refused);
  expect(() => acknowledgeFirst(served(), 'default')).toThrow(refused);
  await expect(cancelTask(served(), id, { timeoutMs: 100 })).rejects.toThrow(refused);
  expect(readFileSync(journal, 'utf8')).toBe(before);
  expect(existsSync(join(store.root, 'cursors/default'))).toBe(false);

  const resumed = await resumeTask(served(), id, {
    ...{ message: 'Once more.', execution_mode: 'danger', task_mode: null, fresh: null },
  });
  expect(resumed).toMatchObject({ status: 'pending', sandbox: 'this server serves one' });
  expect(store.task(id)).toMatchObject({ status: 'pending', reason: 'sandboxed_host', attempts: [{}] });
  expect(ensureSupervisor(served())).toEqual({
    kind: 'not_started',
    why: 'inside a sandbox: this server serves one',
  });
});
