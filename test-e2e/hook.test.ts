// `dispatch hook claude-code` as claude starts it: an event is brought until that is noted, and nothing that goes wrong is an error.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { faultEnvironment } from './faults/faults.ts';
import type { Ended, Stage } from './harness/index.ts';
import { cleanUpAfterEach, dataOf, dispatch, stageScriptedAgent, temporaryFolder } from './harness/index.ts';

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
  await hook(stage, 'UserPromptSubmit');
  const id = await taskThatEnded(stage);
  // The store was made within the session: what has happened in it is new.
  expect((await hook(stage, 'UserPromptSubmit')).stdout).toContain(`task ${id}`);
  await hook(stage, 'SessionStart');
  expect((await hook(stage, 'UserPromptSubmit')).stdout).toBe('');
  const listed = dataOf<{ task_id: string }[]>(
    await stage.type(['list', '--unacknowledged', '--as', 'other']),
  );
  expect(listed.map((task) => task.task_id)).toEqual([id]);
});

test('a worker hears nothing of it, and takes note of nothing', async () => {
  const stage = await stageScriptedAgent('#!/bin/sh\necho done\n');
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
