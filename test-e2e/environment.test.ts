// The environment of an attempt is the one of whoever typed it; what changed is named, never shown.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cleanUpAfterEach, dataOf, dispatch, stageScriptedAgent } from './harness/index.ts';

cleanUpAfterEach();

const teller = '#!/bin/sh\ncat >/dev/null\nenv > "env-$DISPATCH_ASK_ATTEMPT"\n';

test('run gives what was typed; a resume captures it anew, and its event names what changed', async () => {
  const stage = await stageScriptedAgent(teller);
  const typedWith = (more: Record<string, string>) => ({ env: { ...stage.home.env, ...more } });
  const environmentOf = (attempt: number) =>
    readFileSync(join(stage.cwd, `env-${attempt}`), 'utf8').split('\n');
  const id = dataOf(
    await stage.type(
      ['run', '--prompt', 'Tell.'],
      typedWith({
        SECRET_KEY: 'the-old-value',
        GONE: 'removed-later',
        SAME: 'as before',
        CODEX_THREAD_ID: 'a-host',
        CLAUDECODE: '1',
        DISPATCH_ATTEMPT: 'of-another:7',
      }),
    ),
  ).task_id;
  expect((await stage.type(['wait', id])).exitCode).toBe(0);
  const first = environmentOf(0);
  expect(first).toEqual(
    expect.arrayContaining(['SECRET_KEY=the-old-value', 'GONE=removed-later', 'SAME=as before']),
  );
  expect(first).toContain(`DISPATCH_ATTEMPT=${id}:0`);
  expect(first).toContain(`DISPATCH_ROOT=${stage.root}`);
  expect(first.filter((line) => /^(CODEX_THREAD_ID|CLAUDECODE)=/.test(line))).toEqual([]);

  const resumed = dataOf(
    await stage.type(
      ['resume', id, '--message', 'Again.'],
      typedWith({ SECRET_KEY: 'the-new-value', NEW: 'added-now', SAME: 'as before' }),
    ),
  );
  expect(resumed.task.attempts[1]?.environment_changed.toSorted()).toEqual(['GONE', 'NEW', 'SECRET_KEY']);
  expect((await stage.type(['wait', id])).exitCode).toBe(0);
  const second = environmentOf(1);
  expect(second).toEqual(expect.arrayContaining(['SECRET_KEY=the-new-value', 'NEW=added-now']));
  expect(second.filter((line) => line.startsWith('GONE='))).toEqual([]);

  const event = stage.events(id).findLast(({ kind }) => kind === 'attempt_started');
  expect(event?.data.environment_changed).toEqual(expect.arrayContaining(['SECRET_KEY']));
  const files = ['events.jsonl', 'task.json'].map((name) =>
    readFileSync(join(stage.taskDir(id), name), 'utf8'),
  );
  for (const text of files) expect(text).not.toMatch(/the-(old|new)-value|added-now|removed-later/);
  for (const args of [
    ['inspect', id],
    ['events', id],
    ['result', id],
  ]) {
    const { stdout } = await dispatch(args, { cwd: stage.cwd, env: stage.home.env });
    expect(stdout).not.toMatch(/the-(old|new)-value|added-now|removed-later/);
  }
});

test('DISPATCH_HOME is the folder that holds the store as well', async () => {
  const stage = await stageScriptedAgent(teller);
  const cwd = stage.home.home;
  const type = (args: string[]) => stage.type(args, { cwd });
  const ran = dataOf(await type(['run', '--prompt', 'Tell.']));
  expect((await type(['wait', ran.task_id])).exitCode).toBe(0);
  expect(ran.why).toContain('config.yaml');
  const again = dataOf(await type(['resume', ran.task_id, '--message', 'Again.']));
  expect(again.task.attempts).toHaveLength(2);
  expect((await type(['wait', ran.task_id])).exitCode).toBe(0);
  const listed = dataOf<{ task_id: string; damage: string | null }[]>(await type(['list']));
  expect(listed).toMatchObject([{ task_id: ran.task_id, status: 'completed', damage: null }]);
  const { findings } = dataOf<{ findings: { what: string }[] }>(await type(['doctor']));
  expect(findings.filter(({ what }) => what !== 'home_in_sandbox')).toEqual([]);
  const named = await stage.type(['list'], {
    cwd,
    env: { ...stage.home.env, DISPATCH_HOME: join(cwd, '.dispatch') },
  });
  expect(dataOf<unknown[]>(named)).toHaveLength(1);
});
