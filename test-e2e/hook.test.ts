// `dispatch hook claude-code` as claude starts it: an event is brought until that is noted, and nothing that goes wrong is an error.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { faultEnvironment } from './faults/faults.ts';
import type { Ended, Stage } from './harness/index.ts';
import {
  cleanUpAfterEach,
  dataOf,
  dispatch,
  dispatchProgram,
  stageScriptedAgent,
  startProgram,
  temporaryFolder,
} from './harness/index.ts';

cleanUpAfterEach();

function hook({ cwd, home }: Stage, name: string, more: object = {}, env = home.env): Promise<Ended> {
  const input = JSON.stringify({ hook_event_name: name, cwd, ...more });
  return dispatch(['hook', 'claude-code'], { cwd: temporaryFolder('elsewhere'), env, input });
}

async function taskThatEnded(stage: Stage): Promise<string> {
  const id = dataOf(await stage.type(['run', '--backend', 'scripted', '--prompt', 'x'])).task_id;
  expect((await stage.type(['wait', id])).exitCode).toBe(0);
  return id;
}

test('killed after it told and before that was noted, it tells again', async () => {
  const stage = await stageScriptedAgent('#!/bin/sh\necho done\n');
  const old = await taskThatEnded(stage);
  await hook(stage, 'SessionStart');
  const id = await taskThatEnded(stage);
  const told: string[] = [];
  let killed = 0;
  for (let at = 1; ; at += 1) {
    const env = faultEnvironment({ roots: [stage.root], at, mode: 'kill_before' }, stage.home.env);
    const one = await hook(stage, 'Stop', {}, env as Record<string, string>);
    told.push(one.stdout);
    if (one.signal !== 'SIGKILL') break;
    killed += 1;
  }
  // By one that was killed before it was noted, and again.
  expect(killed).toBeGreaterThan(0);
  expect(told.filter((text) => text.includes(`task ${id}`)).length).toBeGreaterThan(1);
  expect(told.join('')).not.toContain(old);
  expect(await hook(stage, 'UserPromptSubmit')).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
});

test('another cursor is told all the same, and a session that begins later nothing that was told', async () => {
  const stage = await stageScriptedAgent('#!/bin/sh\necho done\n');
  dataOf(await stage.type(['init']));
  await hook(stage, 'UserPromptSubmit');
  const id = await taskThatEnded(stage);
  expect((await hook(stage, 'UserPromptSubmit')).stdout).toContain(`task ${id}`);
  await hook(stage, 'SessionStart');
  expect((await hook(stage, 'UserPromptSubmit')).stdout).toBe('');
  const listed = dataOf<{ task_id: string }[]>(
    await stage.type(['list', '--unacknowledged', '--as', 'other']),
  );
  expect(listed.map((task) => task.task_id)).toEqual([id]);
});

test.each(['UserPromptSubmit', 'Stop'])(
  'where no session began it, a %s does, and tells nothing old',
  async (name) => {
    const stage = await stageScriptedAgent('#!/bin/sh\necho done\n');
    await taskThatEnded(stage);
    expect(await hook(stage, name)).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    const id = await taskThatEnded(stage);
    const told = (await hook(stage, name)).stdout;
    expect(told.match(/dispatch: task \w+/g)).toEqual([`dispatch: task ${id}`]);
  },
);

test('the tool that starts a task begins it, and passes over that task’s end by no means', async () => {
  const stage = await stageScriptedAgent('#!/bin/sh\necho done\n');
  const old = await taskThatEnded(stage);
  const id = await taskThatEnded(stage);
  await hook(stage, 'PostToolUse', {
    tool_name: 'mcp__plugin_dispatch_dispatch__run',
    tool_response: JSON.stringify({ task_id: id }),
  });
  const told = (await hook(stage, 'Stop')).stdout;
  expect(told).toContain(`task ${id}`);
  expect(told).not.toContain(old);
});

test('a tool that looked before the task ended keeps nobody from hearing of that', async () => {
  const stage = await stageScriptedAgent('#!/bin/sh\nsleep 1\n');
  dataOf(await stage.type(['init']));
  await hook(stage, 'SessionStart');
  const id = dataOf(await stage.type(['run', '--backend', 'scripted', '--prompt', 'x'])).task_id;
  const look = async (): Promise<object> => ({
    tool_name: 'mcp__plugin_dispatch_dispatch__inspect',
    tool_response: JSON.stringify(dataOf<object>(await stage.type(['inspect', id]))),
  });
  const before = await look();
  await stage.type(['wait', id]);
  await hook(stage, 'PostToolUse', before);
  const { stdout } = await stage.type(['list', '--unacknowledged', '--as', 'claude-code']);
  expect(stdout).toContain(id);
  await hook(stage, 'PostToolUse', await look());
  expect((await hook(stage, 'Stop')).stdout).toBe('');
});

test('more than are told at once are told at the next prompts, each once', async () => {
  const stage = await stageScriptedAgent('#!/bin/sh\necho done\n');
  dataOf(await stage.type(['init']));
  await hook(stage, 'SessionStart');
  const ids: string[] = [];
  for (let at = 0; at < 12; at += 1) ids.push(await taskThatEnded(stage));
  const told: string[][] = [];
  for (const name of ['Stop', 'UserPromptSubmit', 'UserPromptSubmit'])
    told.push((await hook(stage, name)).stdout.match(/(?<=dispatch: task )\w+/g) ?? []);
  expect(told.map((one) => one.length)).toEqual([10, 2, 0]);
  expect(told.flat().toSorted()).toEqual(ids.toSorted());
});

test('a working folder that is gone is none of its affairs', async () => {
  const stage = await stageScriptedAgent('#!/bin/sh\necho done\n');
  dataOf(await stage.type(['init']));
  await hook(stage, 'SessionStart');
  const id = await taskThatEnded(stage);
  const gone = join(temporaryFolder('gone'), 'here');
  mkdirSync(gone);
  const inGone = (input: object): Promise<Ended> =>
    startProgram(
      '/bin/sh',
      ['-c', 'rmdir "$PWD"; exec "$@"', 'sh', process.execPath, dispatchProgram, 'hook', 'claude-code'],
      { cwd: gone, env: stage.home.env, input: JSON.stringify(input) },
    ).ended;
  const told = await inGone({ hook_event_name: 'Stop', cwd: stage.cwd });
  expect(told).toMatchObject({ exitCode: 0, stderr: '' });
  expect(told.stdout).toContain(`task ${id}`);
  mkdirSync(gone);
  expect(await inGone({ hook_event_name: 'Stop' })).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
});

test('a worker hears nothing of it, and takes note of nothing', async () => {
  const stage = await stageScriptedAgent('#!/bin/sh\necho done\n');
  dataOf(await stage.type(['init']));
  await hook(stage, 'SessionStart');
  const id = await taskThatEnded(stage);
  const worker = { ...stage.home.env, DISPATCH_ATTEMPT: `${id}:0` };
  for (const name of ['SessionStart', 'UserPromptSubmit', 'Stop'])
    expect((await hook(stage, name, {}, worker)).stdout).toBe('');
  expect((await hook(stage, 'UserPromptSubmit')).stdout).toContain(`task ${id}`);
});

test('whatever it is handed, the turn goes on', async () => {
  const stage = await stageScriptedAgent('#!/bin/sh\necho done\n');
  const { cwd, home } = stage;
  const silent = { exitCode: 0, stdout: '', stderr: '' };
  for (const input of ['', 'garbage', '[]', '{"hook_event_name":"Stop","cwd":7}'])
    expect(await dispatch(['hook', 'claude-code'], { cwd, env: home.env, input }), input).toMatchObject(
      silent,
    );
  dataOf(await stage.type(['init']));
  await hook(stage, 'SessionStart');
  await taskThatEnded(stage);
  const format = join(stage.root, 'format.json');
  const before = readFileSync(format);
  writeFileSync(format, '{"format": 999}\n');
  expect(await hook(stage, 'Stop')).toMatchObject(silent);
  const debug = await hook(stage, 'Stop', {}, { ...home.env, DISPATCH_DEBUG: '1' });
  expect(debug).toMatchObject({ exitCode: 0, stdout: '' });
  expect(debug.stderr).toContain('999');
  writeFileSync(format, before);
  expect((await hook(stage, 'Stop')).stdout).toContain('has completed');
});
