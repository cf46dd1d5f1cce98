// A turn that claims success counts once its check has passed: the check is watched, found again and ended like an agent.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anotherBoot, available, runIn } from './faults/boot.ts';
import type { ModelServer } from './harness/index.ts';
import {
  cleanUpAfterEach,
  dispatchProgram,
  installAgents,
  killAll,
  marked,
  processesWithMark,
  shell,
  startModelServer,
  text,
  until,
  userTexts,
  writeFiles,
} from './harness/index.ts';
import type { SeenTask, Stage } from './harness/stage.ts';
import { bothAgents, setStage, taskFolderIn } from './harness/stage.ts';

type Checked = SeenTask & {
  attempts: { detail: string | null }[];
  verification: { outcome: string; attempt: number | null; exit_code: number | null } | null;
  hint: string | null;
};

let model: ModelServer;
let possible: true | string;
beforeAll(async () => {
  await installAgents();
  model = await startModelServer({
    mends: [text('Done.'), shell('sed -i s/two/zwei/ a.txt'), text('Mended.')],
    never_mends: [text('Done.'), text('Done again.'), text('And again.'), text('Once more.')],
    marks: [
      ({ conversation }) => shell(`: > '${taskFolderIn(conversation)}/mailbox/.done'`),
      text('Marked as done.'),
    ],
    leaves: [shell('(setsid sleep 3011 >/dev/null 2>&1 &)'), text('Done.')],
    done: [text('Done.'), text('Said again.')],
  });
  possible = await available(anotherBoot());
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

const holdsZwei = 'grep -q zwei a.txt || { echo "a.txt lacks zwei"; exit 3; }';

const checked = (stage: Stage, id: string) => stage.get<Checked>(['status', id]);

/** A task whose turn is over and whose check is at work; it has written its pid to `check.pid`. */
async function inCheck(stage: Stage, tag: string): Promise<string> {
  const command = 'echo run >> checks.txt; echo $$ > check.pid; sleep 3 & wait; rm check.pid';
  const id = await stage.run('--prompt', marked('done', tag), '--verify', command);
  await until(() => existsSync(join(stage.repo, 'check.pid')), { what: 'the check is at work' });
  return id;
}

describe.each(bothAgents)('$agent', ({ agent }) => {
  test('a check that fails goes back into the session, and passes there', async () => {
    const stage = await setStage(model, agent);
    const id = await stage.run('--prompt', marked('mends', agent), '--verify', holdsZwei);
    await stage.get(['wait', id]);
    expect(await checked(stage, id)).toMatchObject({
      status: 'completed',
      reason: 'turn_succeeded',
      verification: { outcome: 'passed', attempt: 3, exit_code: 0 },
      attempts: [
        { kind: 'one_shot', cause: 'run', outcome: 'succeeded', status: 'pending' },
        { kind: 'check', cause: 'verify', outcome: 'failed', exit_code: 3 },
        { kind: 'one_shot', cause: 'verify_failed', outcome: 'succeeded', resumes_session: true },
        { kind: 'check', cause: 'verify', outcome: 'succeeded', exit_code: 0 },
      ],
    });
    expect(model.turns(`mends ${agent}`)).toEqual([1, 1, 1]);
    const asked = model.requestsOf(`mends ${agent}`);
    expect(new Set(asked.map(({ session }) => session)).size).toBe(1);
    const told = userTexts(asked.at(-1)!).at(-1)!;
    expect(told).toContain(holdsZwei);
    expect(told).toContain('a.txt lacks zwei');
    expect(told).toContain('exit status 3');
    expect((await stage.type(['logs', id, '--attempt', '1'])).stdout).toContain('a.txt lacks zwei');
    expect((await stage.type(['logs', id])).stdout).toContain('Mended.');
    expect(await stage.get(['result', id])).toMatchObject({
      attempt: 2,
      last_message: 'Mended.',
      verification: { outcome: 'passed' },
      files_changed: [{ path: 'a.txt' }],
    });
  });

  test('goes back twice, then the task has failed; a resume tells of it again', async () => {
    const stage = await setStage(model, agent);
    const id = await stage.run('--prompt', marked('never_mends', agent), '--verify', holdsZwei);
    await stage.get(['wait', id], 21);
    const failed = await checked(stage, id);
    expect(failed).toMatchObject({
      status: 'failed',
      reason: 'verification',
      detail: 'the check failed: exit status 3',
      verification: { outcome: 'failed', attempt: 5, exit_code: 3 },
    });
    expect(failed.attempts.map(({ cause }) => cause)).toEqual([
      'run',
      'verify',
      'verify_failed',
      'verify',
      'verify_failed',
      'verify',
    ]);
    expect(failed.hint).toContain(`dispatch logs ${id} --attempt 5`);
    expect(model.turns(`never_mends ${agent}`)).toEqual([1, 1, 1]);
    await stage.get(['resume', id]);
    await until(() => model.turns(`never_mends ${agent}`).length === 4, { what: 'the resume was asked' });
    const last = model.requestsOf(`never_mends ${agent}`).at(-1)!;
    expect(userTexts(last).at(-1)).toContain('a.txt lacks zwei');
    await stage.get(['cancel', id]);
  });

  test('is found again when everything of dispatch is killed, and runs once', async () => {
    const stage = await setStage(model, agent);
    const id = await inCheck(stage, `killed-${agent}`);
    expect(await checked(stage, id)).toMatchObject({
      status: 'running',
      reason: 'verifying',
      attempt_alive: true,
      verification: { outcome: 'running', attempt: 1, exit_code: null },
    });
    expect(await stage.ask('resume', id, '--message', 'More.')).toMatchObject({
      exitCode: 4,
      error: { code: 'attempt_alive' },
    });
    await killAll(({ argv }) => argv.includes(stage.root) && argv.includes('supervise'));
    await stage.get(['wait', id]);
    expect(await checked(stage, id)).toMatchObject({
      status: 'completed',
      attempts: [{}, { kind: 'check', outcome: 'succeeded' }],
    });
    expect(readFileSync(join(stage.repo, 'checks.txt'), 'utf8')).toBe('run\n');
  });

  test('after a reboot it runs again, and that is no failure', async ({ skip }) => {
    if (possible !== true) skip(possible);
    const stage = await setStage(model, agent);
    const id = await inCheck(stage, `reboot-${agent}`);
    await killAll(({ env, argv }) => env.DISPATCH_ROOT === stage.root || argv.includes(stage.root));
    const type = (args: string[]) =>
      runIn(anotherBoot(), [process.execPath, dispatchProgram, ...args, '--json'], {
        cwd: stage.repo,
        env: stage.home.env,
        timeout: 60_000,
      });
    const waited = await type(['wait', id]);
    expect(waited.exitCode, waited.stdout).toBe(0);
    const { data } = JSON.parse((await type(['status', id])).stdout) as { data: Checked };
    expect(data.attempts).toMatchObject([
      { outcome: 'succeeded' },
      { kind: 'check', outcome: 'interrupted' },
      { kind: 'check', outcome: 'succeeded' },
    ]);
    expect(readFileSync(join(stage.repo, 'checks.txt'), 'utf8')).toBe('run\nrun\n');
    expect(model.turns(`done reboot-${agent}`)).toEqual([1]);
  });
});

describe('a check', () => {
  test('leaves the completion marker where it is, and nothing running', async () => {
    const stage = await setStage(model, 'codex');
    const id = await stage.run(
      '--prompt',
      marked('marks', 'leftover'),
      '--verify',
      '(setsid sleep 3012 >/dev/null 2>&1 &); test -e a.txt',
    );
    await stage.get(['wait', id]);
    const task = await checked(stage, id);
    expect(task).toMatchObject({ status: 'completed', reason: 'worker_marked_done' });
    expect(existsSync(join(task.artifacts.mailbox_dir, '.done'))).toBe(true);
    expect(processesWithMark(id)).toEqual([]);
  });

  test('that takes too long has failed, and what the agent left running is left', async () => {
    const stage = await setStage(model, 'claude');
    const id = await stage.run(
      '--prompt',
      marked('leaves', 'slow'),
      '--execution-mode',
      'auto',
      '--verify',
      'sleep 3013',
      '--verify-timeout',
      '1s',
    );
    await until(async () => (await checked(stage, id)).attempts.length > 2, { what: 'the check went back' });
    expect((await checked(stage, id)).attempts[1]).toMatchObject({
      outcome: 'failed',
      detail: 'the check failed: the limit of 1s is over',
    });
    expect(processesWithMark(id).filter(({ argv }) => argv.includes('3013'))).toEqual([]);
    expect(processesWithMark(id).filter(({ argv }) => argv.includes('3011'))).toHaveLength(1);
    await stage.get(['cancel', id]);
    expect(processesWithMark(id)).toEqual([]);
  });

  test('is ended by a cancel', async () => {
    const stage = await setStage(model, 'codex');
    const id = await inCheck(stage, 'cancelled');
    expect(await stage.get(['cancel', id])).toMatchObject({ status: 'cancelled', confirmed: true });
    expect(processesWithMark(id)).toEqual([]);
    expect(await checked(stage, id)).toMatchObject({
      status: 'cancelled',
      verification: { outcome: 'interrupted' },
    });
  });

  test('of an agent without a session fails at once', async () => {
    const stage = await setStage(model, 'codex', { env: {} });
    writeFiles(join(stage.home.home, '.dispatch'), {
      'config.yaml': 'backends:\n  plain:\n    executable: /bin/true\n',
    });
    const { task_id: id } = await stage.get<{ task_id: string }>([
      'run',
      '--backend',
      'plain',
      '--prompt',
      'x',
      '--verify',
      'exit 7',
    ]);
    await stage.get(['wait', id], 21);
    expect(await checked(stage, id)).toMatchObject({
      status: 'failed',
      reason: 'verification',
      attempts: [{ outcome: 'succeeded' }, { kind: 'check', exit_code: 7 }],
    });
  });

  test('is told at run where it is not confined, and is refused where it cannot be', async () => {
    const stage = await setStage(model, 'codex');
    const { notices } = await stage.get<{ notices: string[] }>([
      'run',
      '--backend',
      'codex',
      '--prompt',
      marked('done', 'notice'),
      '--verify',
      'true',
    ]);
    expect(notices).toContainEqual(expect.stringContaining('the check runs as you'));
    for (const [options, code] of [
      [['--verify', 'x'.repeat(1001)], 'invalid_value'],
      [['--verify', 'true', '--no-verify'], 'invalid_value'],
      [['--verify', ''], 'empty_value'],
    ] as const)
      expect(await stage.ask('run', '--prompt', 'x', ...options)).toMatchObject({
        exitCode: 2,
        error: { code },
      });
  });
});
