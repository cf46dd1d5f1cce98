// `run` in the background and with --foreground, `wait`, `result`: a task goes its way whoever looks on.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelServer } from './harness/index.ts';
import {
  cleanUpAfterEach,
  edit,
  installAgents,
  marked,
  read,
  shell,
  signal,
  silence,
  startModelServer,
  text,
  together,
  until,
} from './harness/index.ts';
import type { SeenTask } from './harness/stage.ts';
import { bothAgents, setStage } from './harness/stage.ts';

let model: ModelServer;

beforeAll(async () => {
  await installAgents();
  model = await startModelServer({
    change: [
      read('a.txt'),
      together(edit('a.txt', 'two', 'zwei'), shell('echo made > new.txt')),
      text('I changed two files.'),
    ],
    fail: [shell('true'), text('Never said.')],
  });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

interface Result {
  task_id: string;
  status: string;
  reason: string;
  attempt: number;
  last_message: string | null;
  output: string | null;
  files_changed: { path: string; change: string }[] | null;
}

describe.each(bothAgents)('$agent', ({ agent }) => {
  test('run returns at once, wait ends with the task, result tells what came of it', async () => {
    const stage = await setStage(model, agent);
    const started = await stage.get<{ task_id: string; created: boolean; task: SeenTask }>([
      'run',
      '--backend',
      agent,
      '--prompt',
      `Change it. ${marked('change', `${agent}-json`)}`,
    ]);
    expect(started).toMatchObject({ created: true, task: { id: started.task_id, task_mode: 'direct' } });
    expect(['pending', 'running']).toContain(started.task.status);

    const waited = await stage.get<{ tasks: SeenTask[]; timed_out: boolean }>(['wait', started.task_id]);
    expect(waited.timed_out).toBe(false);
    expect(waited.tasks).toMatchObject([
      { id: started.task_id, status: 'completed', reason: 'turn_succeeded' },
    ]);
    expect(waited.tasks[0]!.attempts).toMatchObject([{ outcome: 'succeeded', exit_code: 0, cause: 'run' }]);

    const result = await stage.get<Result>(['result', '@last']);
    expect(result).toMatchObject({
      task_id: started.task_id,
      status: 'completed',
      attempt: 0,
      last_message: 'I changed two files.',
      output: null,
    });
    expect(result.files_changed).toEqual([
      { path: 'a.txt', change: 'modified' },
      { path: 'new.txt', change: expect.stringMatching(/added|untracked/) },
    ]);
    expect(readFileSync(join(stage.repo, 'a.txt'), 'utf8')).toBe('one\nzwei\n');
    expect(model.turns(`change ${agent}-json`)).toEqual([1, 1, 1]);
  });

  test('people read what happened and what to type next', async () => {
    const stage = await setStage(model, agent);
    const prompt = `Change it. ${marked('change', `${agent}-people`)}`;
    const started = await stage.type(['run', '--backend', agent, '--prompt', prompt]);
    expect(started).toMatchObject({ exitCode: 0, stderr: '' });
    const id = /dispatch wait (\w+)/.exec(started.stdout)?.[1] ?? '';
    expect(started.stdout).toContain(`dispatch logs ${id} --follow`);

    const waited = await stage.type(['wait', id]);
    expect(waited).toMatchObject({ exitCode: 0, stderr: '' });
    expect(waited.stdout).toMatch(/completed/);
    expect(waited.stdout).toContain(`dispatch result ${id}`);

    const { stdout, exitCode } = await stage.type(['result', id]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('I changed two files.');
    expect(stdout).toMatch(/^modified +a\.txt$/m);
    expect(stdout).toMatch(/^\w+ +new\.txt$/m);
    expect(stdout).not.toContain('\u001b');
  });

  test('--foreground shows the work and ends with it', async () => {
    const stage = await setStage(model, agent);
    const prompt = `Change it. ${marked('change', `${agent}-foreground`)}`;
    const shown = await stage.type(['run', '--backend', agent, '--foreground', '--prompt', prompt]);
    expect(shown.exitCode).toBe(0);
    expect(shown.stdout).toContain('echo made > new.txt');
    expect(shown.stdout.match(/I changed two files\./g)).toHaveLength(1);
    expect(shown.stdout).toMatch(/completed/);

    const piped = await stage.type([
      'run',
      ...['--json', '--backend', agent, '--foreground', '--prompt'],
      `Change it. ${marked('change', `${agent}-lines`)}`,
    ]);
    expect(piped.exitCode).toBe(0);
    const lines = piped.stdout.trimEnd().split('\n');
    const values = lines.map((line) => JSON.parse(line) as { type?: string; ok?: boolean; data?: unknown });
    expect(values[0]).toMatchObject({ type: 'task_started', created: true });
    expect(values.filter(({ type }) => type === 'tool_call').length).toBeGreaterThanOrEqual(2);
    expect(values.at(-1)).toMatchObject({ ok: true, data: { status: 'completed', detached: false } });
    expect(values.filter(({ ok }) => ok !== undefined)).toHaveLength(1);
  });

  test('Ctrl-C in --foreground detaches, and the task goes on', async () => {
    const stage = await setStage(model, agent);
    const gate = `detach-${agent}`;
    model.script(`held-${agent}`, [
      shell('echo at-work'),
      silence({ gate, then: text('Done all the same.') }),
    ]);
    const following = stage.begin([
      'run',
      ...['--backend', agent, '--foreground', '--prompt', marked(`held-${agent}`, 'x')],
    ]);
    await until(() => following.printed().stdout.includes('at-work'), { what: 'the work is shown' });
    await model.waitForRequest(({ marker, step }) => marker?.script === `held-${agent}` && step === 1);
    signal(following.pid, 'SIGINT');
    const ended = await following.ended;
    expect(ended.exitCode).toBe(130);
    const id = /dispatch cancel (\w+)/.exec(ended.stderr + ended.stdout)?.[1] ?? '';
    expect(ended.stderr + ended.stdout).toContain(`dispatch logs ${id} --follow`);
    expect(await stage.status(id)).toMatchObject({ status: 'running', attempt_alive: true });

    model.release(gate);
    expect((await stage.get<{ tasks: SeenTask[] }>(['wait', id])).tasks).toMatchObject([
      { status: 'completed', attempts: [{ attempt: 0, outcome: 'succeeded' }] },
    ]);
    expect(await stage.get<Result>(['result', id])).toMatchObject({ last_message: 'Done all the same.' });
    expect(model.turns(`held-${agent} x`)).toEqual([1, 1]);
  });
});
