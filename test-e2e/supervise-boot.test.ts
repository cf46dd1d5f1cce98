// After a boot the unit of `supervise --install` goes on with what was interrupted, in every store, by policy.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anotherBoot, available, runIn } from './faults/boot.ts';
import type { ModelServer, Stage } from './harness/index.ts';
import {
  cleanUpAfterEach,
  createSandboxHome,
  dataOf,
  installAgents,
  killAll,
  livingProcesses,
  marked,
  shell,
  silence,
  stageIn,
  startModelServer,
  text,
  until,
} from './harness/index.ts';

let model: ModelServer;
beforeAll(async () => {
  await installAgents();
  model = await startModelServer();
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

/** A task that waits for its second step, its session on record. */
async function atWork(stage: Stage, script: string, ...options: string[]): Promise<string> {
  model.script(script, [
    shell('echo one >> steps.txt'),
    ({ servedBefore }) => (servedBefore === 0 ? silence({ gate: `${script}-never` }) : text('Went on.')),
  ]);
  const prompt = `Go. ${marked(script)}`;
  const ran = await stage.type(['run', '--backend', 'codex', '--prompt', prompt, ...options]);
  const id = dataOf<{ task_id: string }>(ran).task_id;
  await until(() => model.requestsOf(script).some(({ step }) => step === 1), {
    what: 'the second step was asked for',
  });
  await until(() => stage.events(id).some(({ kind }) => kind === 'session_established'), {
    what: 'the session is on record',
  });
  return id;
}

/** A line of the unit as systemd takes it apart. */
function wordsOf(unit: string, key: string): string[] {
  const line = new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1] ?? '';
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, bare]) =>
    (quoted ?? bare!).replace(/\\(.)/g, '$1').replaceAll('%%', '%').replaceAll('$$', '$'),
  );
}

test('one is resumed and one is parked, in two stores, without a command being typed', async ({ skip }) => {
  const possible = await available(anotherBoot());
  if (possible !== true) skip(possible);
  const home = await createSandboxHome({ modelUrl: model.url });
  home.program('systemctl', '#!/bin/sh\nexit 1\n');
  const [resumes, parks, idle] = [stageIn(home), stageIn(home), stageIn(home)];
  dataOf(await idle.type(['init']));
  const resumed = await atWork(resumes, 'resumes');
  const parked = await atWork(parks, 'parks', '--on-interrupt', 'park');
  const { path } = dataOf<{ path: string }>(await resumes.type(['supervise', '--install']));
  const unit = readFileSync(path, 'utf8');

  // The power goes.
  const roots = [resumes, parks, idle].map(({ root }) => root);
  await killAll(({ env, argv }) => roots.some((root) => env.DISPATCH_ROOT === root || argv.includes(root)));
  const [before, beforeParked] = [resumes.events(resumed).length, parks.events(parked).length];

  // A store that is gone, and one that nobody can read, stop no other.
  writeFileSync(join(home.home, '.dispatch/roots'), `${home.home}/gone\n${roots.join('\n')}\n`);
  writeFileSync(join(idle.root, 'format.json'), 'torn');

  // What systemd does: no working folder, no terminal, an environment of its own.
  const [variable = ''] = wordsOf(unit, 'Environment');
  const [name = '', value = ''] = variable.split(/=(.*)/s);
  expect([name, value]).toEqual(['DISPATCH_HOME', join(home.home, '.dispatch')]);
  const env = { HOME: home.home, PATH: '/usr/local/bin:/usr/bin:/bin', [name]: value };
  const place = anotherBoot();
  const ran = await runIn(place, wordsOf(unit, 'ExecStart'), { cwd: '/', env, timeout: 60_000 });
  expect(ran.exitCode, ran.stderr).toBe(0);
  expect(ran.stdout).toContain(`${resumes.root}: started`);
  expect(ran.stdout).toContain(`${parks.root}: started`);
  expect(ran.stdout).toContain(`${idle.root}: cannot be read`);
  expect(ran.stdout).not.toContain('gone:');

  // The command is over; what it started goes on.
  await until(() => resumes.events(resumed).filter(({ kind }) => kind === 'attempt_ended').length === 2, {
    what: 'the first is resumed and done',
    timeoutMs: 60_000,
  });
  const kinds = (stage: Stage, id: string, from: number) =>
    stage
      .events(id)
      .slice(from)
      .map(({ kind }) => kind);
  expect(kinds(resumes, resumed, before).filter((kind) => kind === 'attempt_started')).toHaveLength(1);
  const [, ended] = resumes.events(resumed).filter(({ kind }) => kind === 'attempt_ended');
  expect(ended?.data).toMatchObject({ outcome: 'succeeded', status: 'completed' });
  expect(new Set(model.requestsOf('resumes').map(({ session }) => session)).size).toBe(1);
  await until(() => kinds(parks, parked, beforeParked).includes('attempt_ended'), {
    what: 'the other is parked',
  });
  expect(kinds(parks, parked, beforeParked)).not.toContain('attempt_started');
  const last = parks
    .events(parked)
    .filter(({ kind }) => kind === 'attempt_ended')
    .at(-1);
  expect(last?.data).toMatchObject({
    outcome: 'interrupted',
    status: 'awaiting_user',
    reason: 'interrupted',
  });
  await until(() => !livingProcesses().some(({ argv }) => roots.some((root) => argv.includes(root))), {
    what: 'nobody stays for nothing',
    timeoutMs: 30_000,
  });
});
