// What an agent that fails has said beside its log is shown where the user looks.
import { expect, test } from 'vitest';
import { cleanUpAfterEach, dataOf, dispatch, stageScriptedAgent } from './harness/index.ts';

cleanUpAfterEach();

test('the end of stderr stands in the task, in its logs and in its result', async () => {
  const stage = await stageScriptedAgent('#!/bin/sh\necho begins; echo "no such table: users" >&2; exit 3\n');
  const id = dataOf(await stage.type(['run', '--prompt', 'Fail.'])).task_id;
  expect((await stage.type(['wait', id])).exitCode).toBe(21);
  const { task } = dataOf(await stage.type(['inspect', id]));
  expect(task.detail).toBe('exit status 3: no such table: users');
  const read = async (...args: string[]) =>
    (await dispatch([...args, id], { cwd: stage.cwd, env: stage.home.env })).stdout;
  for (const command of [['logs'], ['logs', '--follow'], ['result'], ['status']])
    expect(await read(...command), command.join(' ')).toContain('no such table: users');
  expect(await read('logs', '--stderr')).toBe('no such table: users\n');
  expect(dataOf<{ stderr: string }>(await stage.type(['result', id])).stderr).toBe('no such table: users');
});

test('an agent that says nothing at all is told as such', async () => {
  const stage = await stageScriptedAgent('#!/bin/sh\nexit 0\n');
  const id = dataOf(await stage.type(['run', '--prompt', 'Be silent.'])).task_id;
  await stage.type(['wait', id]);
  const { stdout } = await dispatch(['logs', id], { cwd: stage.cwd, env: stage.home.env });
  expect(stdout).toMatch(/^nothing was written to stdout; stderr: \S+attempt-000\.stderr\.log\n$/);
});
