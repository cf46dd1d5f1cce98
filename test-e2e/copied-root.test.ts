// A root that is copied or moved while its agent works: what is recorded there is believed of nothing but its own folder.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Reply, Stage } from './harness/index.ts';
import {
  cleanUpAfterEach,
  createSandboxHome,
  dataOf,
  errorOf,
  livingProcesses,
  makeRepo,
  processesWithMark,
  stageIn,
  until,
  writeFiles,
} from './harness/index.ts';

cleanUpAfterEach();

const patient = `#!/bin/sh
cat >/dev/null
cd -P .
echo run >> runs
while [ ! -e end ]; do sleep 0.1; done
echo "$1" > session
`;

interface Finding {
  what: string;
  action: string;
  repaired: boolean;
}

let stage: Stage;
let id: string;
beforeEach(async () => {
  const home = await createSandboxHome({ modelUrl: 'http://127.0.0.1:9' });
  const program = home.program('scripted-agent', patient);
  writeFiles(join(home.home, '.dispatch'), {
    'config.yaml': `backends:\n  scripted:\n    executable: ${program}\n    args: ['{session_id}']\n`,
  });
  stage = stageIn(home);
  id = dataOf(await stage.type(['run', '--prompt', 'Wait.'])).task_id;
  await until(() => stage.events(id).some(({ kind }) => kind === 'leader_seen'), { what: 'it is observed' });
});

const supervisorsOf = (root: string) =>
  livingProcesses().filter(({ argv }) => argv.includes('supervise') && argv.includes(root));

test('a copy believes nothing; the original goes on; doctor closes the copy and gives its session up', async () => {
  const copy = stageIn(stage.home, makeRepo());
  execFileSync('cp', ['-a', stage.root, copy.root]);
  const before = readFileSync(join(copy.taskDir(id), 'events.jsonl'), 'utf8');

  const inspected = dataOf(await copy.type(['inspect', id])).task;
  expect(inspected).toMatchObject({ attempt_alive: null, liveness: { state: 'unknown' } });
  expect(inspected.liveness.how).toContain('moved or copied');
  expect(errorOf(await copy.type(['resume', id, '--message', 'x'])).code).toBe('attempt_alive');
  expect(errorOf(await copy.type(['start', id])).code).toBe('attempt_alive');
  await copy.type(['list']);
  expect(readFileSync(join(copy.taskDir(id), 'events.jsonl'), 'utf8')).toBe(before);
  expect(supervisorsOf(copy.root)).toEqual([]);

  const { findings } = dataOf<{ findings: Finding[] }>(await copy.type(['doctor']));
  expect(findings).toContainEqual(expect.objectContaining({ what: 'root_copied', repaired: true }));
  const after = dataOf(await copy.type(['inspect', id])).task;
  expect(after).toMatchObject({
    status: 'awaiting_user',
    reason: 'interrupted',
    session: { given_up: true },
  });
  expect(errorOf(await copy.type(['resume', id, '--message', 'x'])).code).toBe('session_given_up');

  // A task of the copy itself works, and the original never noticed.
  expect(dataOf(await stage.type(['inspect', id])).task).toMatchObject({ attempt_alive: true });
  expect(readFileSync(join(stage.cwd, 'runs'), 'utf8')).toBe('run\n');
  writeFileSync(join(stage.cwd, 'end'), '');
  expect((await stage.type(['wait', id])).exitCode).toBe(0);
  writeFileSync(join(copy.cwd, 'end'), '');
  const own = dataOf(await copy.type(['run', '--prompt', 'Mine.'])).task_id;
  expect((await copy.type(['wait', own])).exitCode).toBe(0);
});

test('a cancel in a copy signals nothing of the original', async () => {
  const copy = stageIn(stage.home, makeRepo());
  execFileSync('cp', ['-a', stage.root, copy.root]);
  dataOf(await copy.type(['doctor']));
  await copy.type(['cancel', id]);
  await copy.type(['list']);
  expect(processesWithMark(id).length).toBeGreaterThan(0);
  expect(dataOf(await stage.type(['inspect', id])).task).toMatchObject({
    status: 'running',
    attempt_alive: true,
  });
});

test('a moved root: nothing is believed until doctor adopts it, once nothing works under the old path', async () => {
  const movedTo = join(stage.cwd, 'moved');
  mkdirSync(movedTo);
  const root = join(movedTo, '.dispatch');
  renameSync(stage.root, root);
  const type = (args: string[]) => stage.type(['--root', root, ...args]);
  const seen = dataOf<Reply>(await type(['inspect', id])).task;
  expect(seen).toMatchObject({ attempt_alive: null, liveness: { state: 'unknown' } });
  await until(() => supervisorsOf(stage.root).length === 0, {
    what: 'the supervisor of a folder that is gone leaves',
    timeoutMs: 30_000,
  });
  const { findings } = dataOf<{ findings: Finding[] }>(await type(['doctor']));
  expect(findings).toContainEqual(expect.objectContaining({ what: 'root_moved', repaired: false }));
  expect(processesWithMark(id).length).toBeGreaterThan(0);

  writeFileSync(join(stage.cwd, 'end'), '');
  await until(() => processesWithMark(id).length === 0, { what: 'the agent has ended' });
  const again = dataOf<{ findings: Finding[] }>(await type(['doctor']));
  expect(again.findings).toContainEqual(expect.objectContaining({ what: 'root_moved', repaired: true }));
  const adopted = dataOf<Reply>(await type(['inspect', id])).task;
  expect(adopted).toMatchObject({
    status: 'awaiting_user',
    reason: 'interrupted',
    session: { given_up: false },
  });
  dataOf(await type(['resume', id]));
  expect((await type(['wait', id])).exitCode).toBe(0);
  expect(readFileSync(join(stage.cwd, 'runs'), 'utf8')).toBe('run\nrun\n');
});
