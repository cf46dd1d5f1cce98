// `template` gives a plan to fill in; what it writes is taken by `run` as one.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Stage } from './harness/index.ts';
import { cleanUpAfterEach, dataOf, dispatch, errorOf, stageScriptedAgent } from './harness/index.ts';

cleanUpAfterEach();

let stage: Stage;
beforeEach(async () => {
  stage = await stageScriptedAgent('#!/bin/sh\ncat\n');
});

test('each kind is another plan, printed or written, and run takes it', async () => {
  const bodies = new Set<string>();
  for (const kind of ['generic', 'feature', 'bugfix', 'refactor', 'audit', 'research']) {
    const { body } = dataOf<{ body: string }>(await stage.type(['template', '--kind', kind]));
    bodies.add(body);
    const shown = await dispatch(['template', '--kind', kind], { cwd: stage.cwd, env: stage.home.env });
    expect(shown.stdout).toBe(body);
  }
  expect(bodies.size).toBe(6);
  const path = join(stage.cwd, 'todo.md');
  expect(dataOf(await stage.type(['template', '--kind', 'audit', '--output', 'todo.md']))).toEqual({
    kind: 'audit',
    output_path: path,
    written: true,
  });
  expect(bodies.has(readFileSync(path, 'utf8'))).toBe(true);
  const { task } = dataOf<{ task: object }>(await stage.type(['run', '--from', 'todo.md']));
  expect(task).toMatchObject({ task_mode: 'plan', task_source: 'plan_file' });
});

test('nothing is written over, unless that is asked for', async () => {
  const path = join(stage.cwd, 'plan.md');
  writeFileSync(path, 'Mine.\n');
  const refused = await stage.type(['template', '--output', 'plan.md']);
  expect(errorOf(refused)).toMatchObject({ code: 'file_exists' });
  expect(refused.exitCode).toBe(4);
  expect(readFileSync(path, 'utf8')).toBe('Mine.\n');
  dataOf(await stage.type(['template', '--output', 'plan.md', '--force']));
  expect(readFileSync(path, 'utf8')).toMatch(/^# </);
  for (const [args, code] of [
    [['--kind', 'bugfx'], 'invalid_value'],
    [['--output', 'no/such/folder/plan.md'], 'file_unwritable'],
    [['--output', '.'], 'file_exists'],
  ] as const)
    expect(errorOf(await stage.type(['template', ...args]))).toMatchObject({ code });
});
