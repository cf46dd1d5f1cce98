// `export` puts everything about a task into one text, without the secrets that it knows.
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cleanUpAfterEach, dataOf, errorOf, stageScriptedAgent } from './harness/index.ts';

cleanUpAfterEach();

test('all files of the task, its grant and the configuration; what the environment keeps secret is nowhere', async () => {
  const stage = await stageScriptedAgent(
    '#!/bin/sh\ncat\necho "I saw $MY_API_TOKEN"\nhead -c 400000 /dev/zero | tr "\\0" x\nprintf "\\0\\1" > "$PWD/bin"\n',
  );
  const secret = 'correct-horse-battery';
  const env = { ...stage.home.env, MY_API_TOKEN: secret };
  const started = await stage.type(['run', '--prompt', `Use sk-${'a'.repeat(40)} and say ${secret}.`], {
    env,
  });
  const { task_id: id } = dataOf<{ task_id: string }>(started);
  await stage.type(['wait', id]);
  // A worker may make a link to anywhere.
  const diary = join(stage.home.home, 'diary');
  mkdirSync(diary);
  writeFileSync(join(diary, 'today'), 'dear diary');
  symlinkSync(diary, join(stage.taskDir(id), 'outputs/link'));
  const made = dataOf<{ output_path: string; parts: string[]; removed: number; bytes: number }>(
    await stage.type(['export', id]),
  );
  expect(made.output_path).toBe(join(stage.cwd, `dispatch-${id}.txt`));
  expect(statSync(made.output_path).mode & 0o777).toBe(0o600);
  const text = readFileSync(made.output_path, 'utf8');
  expect(text).toContain('===== events.jsonl =====');
  expect(made.parts).toEqual(
    expect.arrayContaining([
      ...['about', 'as it is seen now', 'grant of attempt 0', 'task.json', 'prompt.md', 'config.yaml'],
      ...['outputs/attempt-000.stdout.log', 'supervisor.log'],
    ]),
  );
  expect(text).toContain('I saw [removed]');
  expect(text).toContain('"MY_API_TOKEN"');
  expect(text).not.toContain(secret);
  expect(text).not.toContain('dear diary');
  expect(text).not.toContain('aaaaaaaaaaaaaaaa');
  expect(text).not.toContain(stage.home.home);
  expect(made.removed).toBeGreaterThan(3);
  // A long log is there with its ends.
  expect(text).toMatch(/\[… \d+ bytes left out …\]/);
  expect(made.bytes).toBeLessThan(600_000);

  const again = await stage.type(['export', id]);
  expect(errorOf(again)).toMatchObject({ code: 'file_exists' });
  writeFileSync(join(stage.cwd, 'out.txt'), 'old');
  dataOf(await stage.type(['export', id, '--output', 'out.txt', '--force']));
  expect(readFileSync(join(stage.cwd, 'out.txt'), 'utf8')).toContain('===== task.json =====');
});
