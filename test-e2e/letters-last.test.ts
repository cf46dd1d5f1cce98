// What the journal tells of a letter outlasts a power cut; so the letter has to, whoever wrote it.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { faultEnvironment } from './faults/faults.ts';
import { loadRecording, type RecordedCall } from './faults/recording.ts';
import { cleanUpAfterEach, dataOf, stageScriptedAgent, temporaryFolder, until } from './harness/index.ts';
import type { Stage } from './harness/index.ts';

cleanUpAfterEach();

// It asks as a shell does, which syncs nothing, and keeps what it was given.
const asker = `#!/bin/sh
cat > prompt.txt
[ -e "$DISPATCH_TASK_DIR/mailbox/001.question" ] || echo 'Which way?' > "$DISPATCH_TASK_DIR/mailbox/001.question"
`;

async function asked(): Promise<{ stage: Stage; id: string; record: string }> {
  const record = temporaryFolder('recording');
  const stage = await stageScriptedAgent(asker);
  const env = faultEnvironment({ roots: [stage.cwd, stage.home.home], record }, stage.home.env);
  Object.assign(stage.home.env, env);
  const { task_id: id } = dataOf(await stage.type(['run', '--prompt', 'Go.', '--backend', 'scripted']));
  expect((await stage.type(['wait', id])).exitCode).toBe(20);
  return { stage, id, record };
}

test('a question and an answer are synced, with their names, before the journal tells of them', async () => {
  const { stage, id, record } = await asked();
  const mailbox = join(stage.taskDir(id), 'mailbox');
  writeFileSync(join(mailbox, '001.answer'), 'To the left.\n');
  dataOf(await stage.type(['resume', id]));
  expect((await stage.type(['wait', id])).exitCode).toBe(0);
  await until(() => stage.events(id).some(({ kind }) => kind === 'question_answered'), { what: 'told' });
  const { calls } = loadRecording(record);
  for (const [kind, name] of [
    ['question_asked', '001.question'],
    ['question_answered', '001.answer'],
  ] as const) {
    const told = calls.findIndex(
      ({ call, path, data }) =>
        call === 'write' && path.endsWith('/events.jsonl') && data?.includes(`"kind":"${kind}"`) === true,
    );
    expect(told).toBeGreaterThan(0);
    const before = calls.slice(0, told);
    const synced = (path: string) => (one: RecordedCall) => /sync/.test(one.call) && one.path === path;
    const letter = before.findIndex(synced(join(mailbox, name)));
    expect(letter, kind).toBeGreaterThan(0);
    expect(before.findLastIndex(synced(mailbox)), kind).toBeGreaterThan(letter);
  }
});

test('of an answer whose file is gone the worker is told that it is', async () => {
  const { stage, id } = await asked();
  dataOf(await stage.type(['answer', id, '--message', 'To the left.']));
  rmSync(join(stage.taskDir(id), 'mailbox/001.answer'));
  dataOf(await stage.type(['resume', id]));
  expect((await stage.type(['wait', id])).exitCode).toBe(0);
  const prompt = readFileSync(join(stage.cwd, 'prompt.txt'), 'utf8');
  expect(prompt).toMatch(/question 001 was answered, but the file with the answer is gone[^]*Which way\?/);
});

test('the file of a session is synced before the journal tells of the end that it is to be gone on from', async () => {
  const record = temporaryFolder('recording');
  const stage = await stageScriptedAgent('#!/bin/sh\ncat > /dev/null\necho said >> "$1"\n');
  const config = join(stage.home.home, '.dispatch/config.yaml');
  writeFileSync(config, `${readFileSync(config, 'utf8')}    args: ['{session_file}']\n`);
  Object.assign(
    stage.home.env,
    faultEnvironment({ roots: [stage.cwd, stage.home.home], record }, stage.home.env),
  );
  const { task_id: id } = dataOf(await stage.type(['run', '--prompt', 'Go.', '--backend', 'scripted']));
  const { task } = dataOf(await stage.type(['wait', id]));
  // A wait tells of an end that nobody has journalled yet.
  await until(() => stage.events(id).some(({ kind }) => kind === 'attempt_ended'), { what: 'told' });
  const { calls } = loadRecording(record);
  const told = calls.findIndex(({ data }) => data?.includes('"kind":"attempt_ended"') === true);
  const file = task.session!.locator.value;
  expect(readFileSync(file, 'utf8')).toBe('said\n');
  expect(calls.slice(0, told).some(({ call, path }) => /sync/.test(call) && path === file)).toBe(true);
});
