// What `list` and `questions` pick out, here and in every store of a user.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
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

interface Row {
  task_id: string;
  root?: string;
  damage: string | null;
}

let stage: Stage;
beforeEach(async () => {
  stage = await stageScriptedAgent(`#!/bin/sh
words=$(cat)
folder=$(printf '%s' "$words" | sed -n 's/^Its folder is \\([^:]*\\):.*/\\1/p')
case $words in
  *@fail*) exit 1 ;;
  *@ask*) printf 'Red or blue?\\n' > "$folder/mailbox/001.question" ;;
esac
`);
});

const ids = (rows: Row[]) => rows.map(({ task_id: id }) => id);
const list = async (...args: string[]) => dataOf<Row[]>(await stage.type(['list', ...args]));

async function ended(prompt: string, ...args: string[]): Promise<string> {
  const { task_id: id } = dataOf<{ task_id: string }>(await stage.type(['run', '--prompt', prompt, ...args]));
  await stage.type(['wait', id]);
  return id;
}

test('by status, agent, age, words, and what is not over', async () => {
  const green = await ended('Paint it green.');
  const failed = await ended('@fail Paint it RED.');
  const draft = await ended('Think.', '--mode', 'discuss', '--no-agent');
  expect(ids(await list())).toEqual([draft, failed, green]);
  expect(ids(await list('--status', 'failed'))).toEqual([failed]);
  expect(ids(await list('--text', 'paint IT'))).toEqual([failed, green]);
  expect(ids(await list('--text', 'paint', '--status', 'completed'))).toEqual([green]);
  expect(ids(await list('--backend', 'scripted', '--limit', '1'))).toEqual([draft]);
  expect(ids(await list('--backend', 'codex'))).toEqual([]);
  expect(ids(await list('--active'))).toEqual([draft]);
  expect(ids(await list('--since', '1h'))).toEqual([draft, failed, green]);
  const none = await dispatch(['list', '--status', 'cancelled'], { cwd: stage.cwd, env: stage.home.env });
  expect(none.stdout).toBe('No such task.\n');
  for (const args of [
    ['--status', 'done'],
    ['--since', 'yesterday'],
    ['--since', '2999-01-01'],
  ])
    expect(errorOf(await stage.type(['list', ...args]))).toMatchObject({ code: 'invalid_value' });
});

test('everywhere: every store that a command was typed for, each row with its own', async () => {
  const here = await ended('One.');
  const other = join(makeRepo({}), '.dispatch');
  const there = await ended('@ask Two.', '--root', other);
  const gone = join(makeRepo({}), '.dispatch');
  await ended('Three.', '--root', gone);
  rmSync(gone, { recursive: true, maxRetries: 20, retryDelay: 50 });
  expect(await list('--everywhere')).toMatchObject([
    { task_id: there, root: other },
    { task_id: here, root: stage.root },
  ]);
  expect(ids(await list('--everywhere', '--status', 'completed'))).toEqual([here]);
  const asked = dataOf<Row[]>(await stage.type(['questions', '--everywhere']));
  expect(asked).toMatchObject([{ task_id: there, root: other, questions: [{ question: 'Red or blue?\n' }] }]);
  const shown = await dispatch(['questions', '--everywhere'], { cwd: stage.cwd, env: stage.home.env });
  expect(shown.stdout).toContain(`--root ${other} answer ${there}`);
  // One that is damaged is told, not left out.
  rmSync(other, { recursive: true, maxRetries: 20, retryDelay: 50 });
  mkdirSync(other);
  writeFileSync(join(other, 'format.json'), 'no format');
  const rows = await list('--everywhere');
  expect(rows.find(({ root }) => root === other)).toMatchObject({
    task_id: '',
    damage: expect.any(String) as string,
  });
  const left = dataOf<Row[]>(await stage.type(['questions', '--everywhere']));
  expect(left).toMatchObject([{ task_id: '', root: other, damage: expect.any(String) as string }]);
});
