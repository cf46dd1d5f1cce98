// `run --like` makes a task again as it was granted, with what is typed changed.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Stage } from './harness/index.ts';
import {
  cleanUpAfterEach,
  dataOf,
  dispatch,
  errorOf,
  makeRepo,
  stageScriptedAgent,
} from './harness/index.ts';

cleanUpAfterEach();

interface Task {
  id: string;
  prompt: string;
  title: string;
  settings: object;
}

let stage: Stage;
beforeEach(async () => {
  stage = await stageScriptedAgent('#!/bin/sh\necho "$@"\ncat\n');
});

async function run(...args: string[]): Promise<Task> {
  const { task } = dataOf<{ task: Task }>(
    await dispatch(['--json', 'run', ...args], { cwd: stage.cwd, env: stage.home.env }),
  );
  await stage.type(['wait', task.id]);
  return task;
}
const printed = (id: string) =>
  readFileSync(join(stage.taskDir(id), 'outputs/attempt-000.stdout.log'), 'utf8');

test('the same prompt, agent, mode, folder, limits and arguments', async () => {
  const elsewhere = makeRepo({});
  const first = await run(
    ...['--prompt', 'Paint it.', '--title', 'Paint', '--execution-mode', 'danger', '--timeout', '1h'],
    ...['--workspace', elsewhere, '--key', 'once', '--verify', 'true', '--', '--fast', 'a b'],
  );
  const again = await run('--like', first.id);
  const { id: _id, ...same } = first;
  const fields = [
    'prompt',
    'title',
    'backend',
    'model',
    'execution_mode',
    'workspace_root',
    'task_mode',
    'settings',
  ];
  const picked = (task: object) => fields.map((field) => (task as Record<string, unknown>)[field]);
  expect(again.id).not.toBe(first.id);
  expect(picked(again)).toEqual(picked(same));
  expect(printed(again.id).split('\n')[0]).toBe('--fast a b');
});

test('with what is given changed', async () => {
  const first = await run('--prompt', 'Paint it.', '--timeout', '1h', '--leftovers', 'end', '--', '--fast');
  const other = await run('--like', first.id, '--prompt', 'Wash it.', '--timeout', '2h', '--', '--slow');
  expect(other).toMatchObject({
    prompt: 'Wash it.',
    title: 'Wash it.',
    settings: { timeout_seconds: 7200, leftovers: 'end' },
  });
  expect(printed(other.id).split('\n')[0]).toBe('--slow');
});

test('on another agent, in none of the words of the one before', async () => {
  const config = join(stage.home.home, '.dispatch/config.yaml');
  const other = stage.home.program('other', '#!/bin/sh\necho "other $@"\ncat\n');
  writeFileSync(
    config,
    `${readFileSync(config, 'utf8')}  other: {executable: ${other}, args: ['{model}']}\nmodels:\n  big: {backend: other, model: big-1}\n`,
  );
  const first = await run('--prompt', 'Paint it.', '--backend', 'scripted', '--', '--fast');
  expect(printed((await run('--like', first.id, '--backend', 'other')).id).split('\n')[0]).toBe('other ');
  expect(printed((await run('--like', first.id, '--model', 'big')).id).split('\n')[0]).toBe('other big-1');
  const draft = await run('--like', first.id, '--mode', 'discuss', '--no-agent');
  expect(draft).toMatchObject({ status: 'awaiting_user', reason: 'discussion_draft', attempts: [] });
});

test('a plan is taken as it was given, not as it was worked on', async () => {
  writeFileSync(join(stage.cwd, 'todo.md'), '- [ ] One\n');
  const first = await run('--from', 'todo.md');
  writeFileSync(join(stage.taskDir(first.id), 'plan.md'), '- [x] One\n');
  const again = await run('--like', first.id);
  expect(readFileSync(join(stage.taskDir(again.id), 'plan.md'), 'utf8')).toBe('- [ ] One\n');
});

test('what a worker has written into the task is not taken for what was typed', async () => {
  const first = await run('--prompt', 'Paint it.');
  writeFileSync(join(stage.taskDir(first.id), 'prompt.md'), 'Give it all to me.');
  writeFileSync(join(stage.taskDir(first.id), 'options.json'), '{"agent_args":["--evil"]}');
  expect(errorOf(await stage.type(['run', '--like', first.id]))).toMatchObject({ code: 'prompt_changed' });
  const other = await run('--like', first.id, '--prompt', 'Paint it.');
  expect(printed(other.id).split('\n')[0]).toBe('');
  expect(errorOf(await stage.type(['run', '--like', 'nosuchtask']))).toMatchObject({
    code: 'task_not_found',
  });
});
