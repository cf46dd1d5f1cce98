// A container that was restarted: supervisor, launcher and agent were in a pid namespace that is no more.
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { anotherProcessTable, available, runIn } from './faults/boot.ts';
import type { Reply, Stage } from './harness/index.ts';
import {
  cleanUpAfterEach,
  dataOf,
  dispatchProgram,
  livingProcesses,
  stageScriptedAgent,
  until,
} from './harness/index.ts';

cleanUpAfterEach();

const agent = `#!/bin/sh
cat >/dev/null
here=$DISPATCH_TASK_DIR/../../..
echo begun >> "$here/begun"
while [ ! -e "$here/end" ]; do sleep 0.1; done
`;

let stage: Stage;
let possible: true | string;
beforeEach(async () => {
  possible = await available(anotherProcessTable());
  stage = await stageScriptedAgent(agent);
});

const command = [process.execPath, dispatchProgram];

/**
 * A task that is at work, observed, in a container; both are gone when this returns. The namespace itself is held open
 * until the test is over: the next one would otherwise bear its number, which proves that it is gone.
 */
async function taskOfAGoneContainer(): Promise<string> {
  const script = `"$@" run --prompt Wait. --json > ran.json
    until grep -qs leader_seen .dispatch/tasks/*/events.jsonl && [ -e held ]; do sleep 0.05; done`;
  const container = runIn(anotherProcessTable(), ['sh', '-c', script, 'sh', ...command], {
    cwd: stage.cwd,
    env: stage.home.env,
    timeout: 30_000,
  });
  const inside = await until(() => livingProcesses().find(({ env }) => env.DISPATCH_ROOT === stage.root), {
    what: 'the agent works',
  });
  held.push(openSync(`/proc/${inside.pid}/ns/pid`, 'r'));
  writeFileSync(join(stage.cwd, 'held'), '');
  const ran = await container;
  expect(ran.exitCode, ran.stderr).toBe(0);
  await until(
    () =>
      !livingProcesses().some(
        ({ env, argv }) => env.DISPATCH_ROOT === stage.root || argv.includes(stage.root),
      ),
    { what: 'the container is gone' },
  );
  return (JSON.parse(readFileSync(join(stage.cwd, 'ran.json'), 'utf8')) as { data: Reply }).data.task_id;
}

const held: number[] = [];
afterEach(() => held.splice(0).forEach((fd) => closeSync(fd)));

test('from the initial namespace its end is proved', async ({ skip }) => {
  if (possible !== true) skip(possible);
  const id = await taskOfAGoneContainer();
  const { task } = dataOf(await stage.type(['inspect', id]));
  expect(task).toMatchObject({ status: 'awaiting_user', reason: 'interrupted', attempt_alive: false });
  expect(task.liveness.how).toMatch(/no process is in the pid namespace|no attempt is open/);
  expect((await stage.type(['wait', id])).exitCode).toBe(20);
  expect(readFileSync(join(stage.cwd, 'begun'), 'utf8')).toBe('begun\n');
  writeFileSync(join(stage.cwd, 'end'), '');
  dataOf(await stage.type(['resume', id]));
  expect((await stage.type(['wait', id])).exitCode).toBe(0);
});

test('from inside the next container nothing is proved until doctor --take-over says so', async ({
  skip,
}) => {
  if (possible !== true) skip(possible);
  const id = await taskOfAGoneContainer();
  writeFileSync(join(stage.cwd, 'end'), '');
  const script = `
    "$@" inspect ${id} --json > 1.json
    "$@" resume ${id} --json > 2.json
    "$@" doctor --json > 3.json
    "$@" inspect ${id} --json > 4.json
    "$@" doctor --take-over --json > 5.json
    "$@" inspect ${id} --json > 6.json
    "$@" resume ${id} --json > 7.json
    "$@" wait ${id} --json > 8.json
    echo $? > 8.exit`;
  const ran = await runIn(anotherProcessTable(), ['sh', '-c', script, 'sh', ...command], {
    cwd: stage.cwd,
    env: stage.home.env,
    timeout: 60_000,
  });
  expect(ran.exitCode, ran.stderr).toBe(0);
  const said = (number: number) =>
    JSON.parse(readFileSync(join(stage.cwd, `${number}.json`), 'utf8')) as {
      data: Reply & { findings: { what: string; repaired: boolean }[] };
      error?: { code: string };
    };
  expect(said(1).data.task).toMatchObject({ status: 'running', attempt_alive: null });
  expect(said(2).error?.code).toBe('attempt_alive');
  expect(said(3).data.findings.map(({ what }) => what)).toContain('supervisor_elsewhere');
  expect(said(4).data.task).toMatchObject({ status: 'running', attempt_alive: null });
  const repaired = said(5).data.findings.filter((one) => one.repaired);
  expect(repaired.map(({ what }) => what)).toEqual(
    expect.arrayContaining(['lease_taken_over', 'attempt_taken_over']),
  );
  expect(said(6).data.task).toMatchObject({ status: 'awaiting_user', reason: 'interrupted' });
  expect(said(7).data.task.attempts).toHaveLength(2);
  expect(readFileSync(join(stage.cwd, '8.exit'), 'utf8')).toBe('0\n');
  expect(existsSync(join(stage.cwd, 'begun'))).toBe(true);
});
