// claude ends a turn while a background task runs, and takes another when that ends: two `result` lines, one attempt.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModelServer } from './harness/index.ts';
import {
  cleanUpAfterEach,
  installAgents,
  marked,
  shell,
  startModelServer,
  text,
  until,
  writeFiles,
} from './harness/index.ts';
import type { SeenTask } from './harness/stage.ts';
import { setStage } from './harness/stage.ts';

let model: ModelServer;

beforeAll(async () => {
  await installAgents();
  model = await startModelServer({
    background: [
      shell('echo begun; until [ -e go ]; do sleep 0.1; done; echo over', { background: true }),
      text('The first turn is over.'),
      text('Now the background task is, too.'),
    ],
  });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

test('the task is completed by the end of the process, with its last message', async () => {
  const stage = await setStage(model, 'claude');
  const id = await stage.run('--prompt', marked('background', 'two'));
  const { attempts } = await stage.status(id);
  const results = () =>
    readFileSync(attempts[0]!.stdout_path, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && (JSON.parse(line) as { type: string }).type === 'result');
  await until(() => results().length === 1, { what: 'the first turn ended' });
  const waited = await stage.get<{ tasks: SeenTask[]; timed_out: boolean }>(
    ['wait', id, '--timeout', '3s'],
    23,
  );
  expect(waited).toMatchObject({ timed_out: true, tasks: [{ status: 'running', attempt_alive: true }] });
  expect(await stage.get(['result', id])).toMatchObject({ last_message: 'The first turn is over.' });

  writeFiles(stage.repo, { go: '' });
  await stage.get(['wait', id]);
  expect(results()).toHaveLength(2);
  expect(await stage.status(id)).toMatchObject({
    status: 'completed',
    attempts: [{ attempt: 0, outcome: 'succeeded', exit_code: 0, leftovers: [] }],
  });
  expect(await stage.get(['result', id])).toMatchObject({ last_message: 'Now the background task is, too.' });
  expect(model.turns('background two')).toEqual([1, 1, 1]);
});
