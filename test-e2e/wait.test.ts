// `wait`: for one, any or all, its own limit, and the exit status of each end.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModelServer } from './harness/index.ts';
import {
  cleanUpAfterEach,
  failure,
  installAgents,
  killEverythingOfDispatch,
  marked,
  shell,
  signal,
  silence,
  startModelServer,
  text,
  until,
} from './harness/index.ts';
import type { SeenTask, Stage } from './harness/stage.ts';
import { askCommandIn, setStage } from './harness/stage.ts';

let model: ModelServer;

beforeAll(async () => {
  await installAgents();
  model = await startModelServer({
    short: [text('Done.')],
    holds: [silence({ gate: 'held', then: text('Released.') })],
    forever: [silence({ gate: 'never' })],
    breaks: [failure('unauthorized')],
    asks: [({ conversation }) => shell(`${askCommandIn(conversation)} 'Well?'`), text('Thanks.')],
  });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

interface Waited {
  tasks: SeenTask[];
  timed_out: boolean;
  interrupted: boolean;
}

/** Both agents in one store. */
async function start(stage: Stage, backend: string, script: string): Promise<string> {
  const prompt = marked(script, `${stage.repo} ${backend}`);
  return (await stage.get<{ task_id: string }>(['run', '--backend', backend, '--prompt', prompt])).task_id;
}

test('any, all, and a limit of its own', async () => {
  const stage = await setStage(model, 'codex');
  const held = await start(stage, 'claude', 'holds');
  const short = await start(stage, 'codex', 'short');

  const any = await stage.get<Waited>(['wait', held, short, '--any']);
  expect(any).toMatchObject({
    timed_out: false,
    tasks: [
      { id: held, status: 'running' },
      { id: short, status: 'completed' },
    ],
  });
  const begun = Date.now();
  const over = await stage.get<Waited>(['wait', held, short, '--timeout', '1s'], 23);
  expect(Date.now() - begun).toBeGreaterThanOrEqual(1000);
  expect(over).toMatchObject({ timed_out: true, tasks: [{ status: 'running' }, { status: 'completed' }] });
  expect((await stage.type(['wait', held, '--timeout', '1s'])).exitCode).toBe(23);
  expect(await stage.status(held)).toMatchObject({ status: 'running', attempt_alive: true });

  const waiting = stage.begin(['wait', held, short, held]);
  const stopped = stage.begin(['wait', held]);
  const short2 = await start(stage, 'claude', 'short');
  signal(stopped.pid, 'SIGINT');
  expect((await stopped.ended).exitCode).toBe(130);
  expect(waiting.child.exitCode).toBe(null);
  model.release('held');
  expect((await waiting.ended).exitCode).toBe(0);
  const all = await stage.get<Waited>(['wait', short2, held, short]);
  expect(all.tasks.map(({ id, status }) => [id, status])).toEqual([
    [short2, 'completed'],
    [held, 'completed'],
    [short, 'completed'],
  ]);
});

test('the exit status of each end, and the highest of several', async () => {
  const stage = await setStage(model, 'codex');
  const done = await start(stage, 'claude', 'short');
  const asks = await start(stage, 'claude', 'asks');
  const broken = await start(stage, 'codex', 'breaks');
  const gone = await start(stage, 'codex', 'forever');
  await stage.get(['cancel', gone]);

  expect((await stage.get<Waited>(['wait', done])).tasks).toMatchObject([{ status: 'completed' }]);
  expect((await stage.get<Waited>(['wait', asks], 20)).tasks).toMatchObject([
    { status: 'awaiting_user', reason: 'question', attempt_alive: true },
  ]);
  expect((await stage.get<Waited>(['wait', broken], 21)).tasks).toMatchObject([
    { status: 'failed', reason: 'auth' },
  ]);
  expect((await stage.get<Waited>(['wait', gone], 22)).tasks).toMatchObject([
    { status: 'cancelled', reason: 'user' },
  ]);
  await stage.get(['wait', done, asks], 20);
  await stage.get(['wait', asks, broken, done], 21);
  await stage.get(['wait', gone, done, asks, broken], 22);
  expect((await stage.type(['wait', done, asks])).stdout).toContain('Well?');

  await stage.get(['answer', asks, '--message', 'Well.']);
  await stage.get(['wait', asks]);
});

test('a task that dies in the middle of a wait, with all of dispatch, is still waited for', async () => {
  const stage = await setStage(model, 'claude');
  model.script('later', [silence({ gate: 'later', then: text('Released.') })]);
  const id = await start(stage, 'claude', 'later');
  const waiting = stage.begin(['--json', 'wait', id]);
  await model.waitForRequest(({ marker }) => marker?.script === 'later');

  expect((await killEverythingOfDispatch(stage.root)).length).toBeGreaterThan(0);
  expect((await waiting.ended).signal).toBe('SIGKILL');
  const again = stage.begin(['--json', 'wait', id]);
  model.release('later');
  const ended = await again.ended;
  expect(ended.exitCode).toBe(0);
  expect(ended.json()).toMatchObject({
    ok: true,
    data: { task: { status: 'completed', attempts: [{ attempt: 0 }] } },
  });
});

test('the exit statuses of errors, which are on stderr for people and JSON on stdout otherwise', async () => {
  const stage = await setStage(model, 'codex');
  expect(await stage.ask('list')).toMatchObject({ exitCode: 3, error: { code: 'no_store' } });
  const id = await start(stage, 'codex', 'short');
  await stage.get(['wait', id]);
  const cases: [number, string, string[]][] = [
    [2, 'unknown_command', ['frobnicate']],
    [2, 'unknown_option', ['list', '--frobnicate']],
    [2, 'missing_argument', ['wait']],
    [2, 'invalid_value', ['wait', id, '--timeout', 'soon']],
    [2, 'unknown_backend', ['run', '--backend', 'nobody', '--prompt', 'x']],
    [3, 'task_not_found', ['wait', 'nobody99']],
    [3, 'file_missing', ['run', '--from', 'nothing.md']],
    [4, 'no_question', ['answer', id, '--message', 'x']],
    [4, 'message_missing', ['resume', id]],
    [5, 'not_a_worker', ['ask', 'Who am I?']],
  ];
  for (const [exitCode, code, args] of cases) {
    const { message, hint } = (await stage.ask(...args)).error ?? {};
    expect(await stage.ask(...args), args.join(' ')).toMatchObject({ ok: false, exitCode, error: { code } });
    const people = await stage.type(args);
    expect(people, args.join(' ')).toMatchObject({ exitCode, stdout: '' });
    expect(people.stderr).toContain(message);
    expect(people.stderr).toContain(hint ?? '');
  }
  rmSync(join(stage.home.bin, 'codex'));
  const missing = await stage.ask('run', '--backend', 'codex', '--prompt', 'x');
  expect(missing).toMatchObject({ exitCode: 5, error: { code: 'backend_missing' } });
  await until(async () => (await stage.type(['list'])).exitCode === 0, { what: 'the store is still read' });
  writeFileSync(join(stage.root, 'format.json'), '{"format": 99}\n');
  expect(await stage.ask('list')).toMatchObject({ exitCode: 6 });
});
