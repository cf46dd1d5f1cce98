// After a reboot a task that was at work is interrupted: resumed natively once, or parked, by policy.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anotherBoot, available, runIn } from './faults/boot.ts';
import type { ModelServer, Reply, Stage } from './harness/index.ts';
import {
  cleanUpAfterEach,
  createSandboxHome,
  dataOf,
  dispatchProgram,
  installAgents,
  killAll,
  marked,
  shell,
  silence,
  stageIn,
  startModelServer,
  text,
  until,
} from './harness/index.ts';

let model: ModelServer;
let possible: true | string;
beforeAll(async () => {
  await installAgents();
  model = await startModelServer();
  possible = await available(anotherBoot());
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

let stages = 0;

/** A task at work in its second step when the power went. */
async function cutInMidTurn(
  backend: string,
  options: string[],
): Promise<{ stage: Stage; id: string; script: string }> {
  const stage = stageIn(await createSandboxHome({ modelUrl: model.url }));
  const script = `cut-${(stages += 1)}`;
  model.script(script, [
    shell('echo one >> steps.txt'),
    ({ servedBefore }) => (servedBefore === 0 ? silence({ gate: `${script}-never` }) : text('Went on.')),
  ]);
  const ran = await stage.type([
    'run',
    '--backend',
    backend,
    '--prompt',
    `Go. ${marked(script)}`,
    ...options,
  ]);
  const id = dataOf(ran).task_id;
  await until(() => model.requests().some(({ marker, step }) => marker?.script === script && step === 1), {
    what: 'the second step was asked for',
  });
  await until(() => stage.events(id).some(({ kind }) => kind === 'session_established'), {
    what: 'the session is on record',
  });
  await killAll(({ env, argv }) => env.DISPATCH_ROOT === stage.root || argv.includes(stage.root));
  return { stage, id, script };
}

describe.each(['codex', 'claude'])('%s', (backend) => {
  test('is resumed natively, once', async ({ skip }) => {
    if (possible !== true) skip(possible);
    const { stage, id, script } = await cutInMidTurn(backend, []);
    const place = anotherBoot();
    const type = async (args: string[]) => {
      const ran = await runIn(place, [process.execPath, dispatchProgram, ...args, '--json'], {
        cwd: stage.cwd,
        env: stage.home.env,
        timeout: 60_000,
      });
      return { ...ran, document: JSON.parse(ran.stdout) as { data: Reply } };
    };
    const before = stage.events(id).length;
    await type(['list']);
    const waited = await type(['wait', id]);
    expect(waited.exitCode, waited.stdout).toBe(0);
    const { task } = (await type(['inspect', id])).document.data;
    expect(task.attempts.map(({ cause, outcome }) => [cause, outcome])).toEqual([
      ['run', 'interrupted'],
      ['interrupted', 'succeeded'],
    ]);
    expect(
      stage
        .events(id)
        .slice(before)
        .filter(({ kind }) => kind === 'attempt_started'),
    ).toHaveLength(1);
    const asked = model.requestsOf(script);
    const sessions = new Set(asked.map(({ session }) => session));
    expect(sessions.size).toBe(1);
    const last = asked.at(-1);
    expect(JSON.stringify(last?.messages)).toContain('interrupted');
    expect(JSON.stringify(last?.messages)).toContain('echo one >> steps.txt');
  });

  test('is parked with --on-interrupt park, until somebody resumes it', async ({ skip }) => {
    if (possible !== true) skip(possible);
    const { stage, id } = await cutInMidTurn(backend, ['--on-interrupt', 'park']);
    const place = anotherBoot();
    const type = async (args: string[]) =>
      runIn(place, [process.execPath, dispatchProgram, ...args, '--json'], {
        cwd: stage.cwd,
        env: stage.home.env,
        timeout: 60_000,
      });
    expect((await type(['wait', id])).exitCode).toBe(20);
    const parked = JSON.parse((await type(['inspect', id])).stdout) as { data: Reply };
    expect(parked.data.task).toMatchObject({ status: 'awaiting_user', reason: 'interrupted' });
    expect(parked.data.task.attempts).toHaveLength(1);
    const resumed = await type(['resume', id]);
    expect(resumed.exitCode, resumed.stdout).toBe(0);
    const waited = await type(['wait', id]);
    expect(waited.exitCode, waited.stdout).toBe(0);
  });
});
