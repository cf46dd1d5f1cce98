// A caller without a compiler is told what is wrong, and nothing is written.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  acknowledge,
  answerQuestion,
  beginCursor,
  createTask,
  here,
  listTasks,
  readSkill,
  readTask,
  requestOfAgent,
  waitForTasks,
  watchTasks,
  type Here,
  type NewTask,
} from '../../src/api.ts';

let at: Here;
beforeEach(() => {
  const cwd = mkdtempSync(join(tmpdir(), 'api-'));
  at = here({ cwd, environment: { PATH: '', HOME: cwd } });
});
afterEach(() => rmSync(at.cwd, { recursive: true }));

test.each([
  ['prompt', { prompt: 7 }, 'prompt is 7'],
  ['nothing', { title: 'x' }, 'prompt is undefined'],
  ['list', { prompt: 'x', add_dirs: 'a' }, 'add_dirs is "a"'],
  ['mode', { prompt: 'x', execution_mode: 'yolo' }, 'execution_mode is "yolo"'],
  ['task mode', { prompt: 'x', task_mode: 'auto' }, 'task_mode is "auto"'],
  ['setting', { prompt: 'x', settings: { on_interrupt: 'retry' } }, 'on_interrupt is "retry"'],
  ['time', { prompt: 'x', settings: { timeout_seconds: '1h' } }, 'timeout_seconds is "1h"'],
  ['zero byte', { prompt: 'x', agent_args: ['a\0b'] }, 'agent_args is ["a\\u0000b"]'],
  ['skill', { prompt: 'x', skill: 'review' }, 'skill is "review"'],
  ['guidance', { prompt: 'x', guidance: 7 }, 'guidance is 7'],
  ['draft', { prompt: 'x', no_agent: true }, 'no_agent makes a draft, and this is no discussion'],
])('a task with a wrong %s', async (_what, task, message) => {
  await expect(createTask(at, task as NewTask)).rejects.toMatchObject({
    kind: 'usage',
    code: 'invalid_value',
    message,
  });
  expect(readdirSync(at.cwd)).toEqual([]);
});

test('a folder that is not there', async () => {
  await expect(createTask(at, { prompt: 'x', add_dirs: ['gone'] })).rejects.toMatchObject({
    code: 'not_a_folder',
    message: `add_dirs: ${at.cwd}/gone is no folder`,
  });
  await expect(createTask(at, { prompt: 'x', workspace: 'gone' })).rejects.toMatchObject({
    code: 'workspace_missing',
  });
  expect(readdirSync(at.cwd)).toEqual([]);
});

test('what has no name of a cursor, a skill or an agent', async () => {
  const wrong = 'My Host';
  for (const call of [
    () => listTasks(at, { unacknowledged: { cursor: wrong } }),
    () => acknowledge(at, null, { cursor: wrong }),
    () => beginCursor(at, wrong),
    () => watchTasks(at, { cursor: wrong }).next(),
    () => readSkill(at, 7 as unknown as string),
    () => requestOfAgent(at, undefined as unknown as string),
  ])
    await expect(call()).rejects.toMatchObject({ code: 'invalid_value' });
  await expect(requestOfAgent(at, 'nobody')).rejects.toMatchObject({ code: 'unknown_agent' });
  await expect(readSkill(at, 'nothing')).rejects.toMatchObject({ code: 'skill_not_found' });
  expect(readdirSync(at.cwd)).toEqual([]);
});

test('what is undefined is as good as left out', async () => {
  // The compiler of a caller may let it through.
  const task = { prompt: 'x', backend: undefined, workspace: undefined } as unknown as NewTask;
  await expect(createTask(at, task)).rejects.toMatchObject({ code: 'backend_missing' });
});

test('where there is no store, every call says so', async () => {
  for (const call of [
    () => listTasks(at),
    () => readTask(at, 'abcd'),
    () => waitForTasks(at, []),
    () => answerQuestion(at, 'abcd', { message: 'x' }),
  ])
    await expect(call()).rejects.toMatchObject({ kind: 'not_found', code: 'no_store' });
});
