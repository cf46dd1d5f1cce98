// `watch` and `ack`: a host that dies between hearing and acting hears again; what was acknowledged is told no more.
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Stage } from './harness/index.ts';
import {
  cleanUpAfterEach,
  dataOf,
  dispatch,
  signal,
  stageScriptedAgent,
  startDispatch,
  until,
} from './harness/index.ts';
import { hear as hearIn, linesOf, type Told } from './harness/told.ts';

cleanUpAfterEach();

let stage: Stage;
beforeEach(async () => {
  stage = await stageScriptedAgent(`#!/bin/sh
prompt=$(cat)
case $prompt in
  *@asks*) printf 'Red or blue?' > "$DISPATCH_TASK_DIR/mailbox/.q" && ln "$DISPATCH_TASK_DIR/mailbox/.q" "$DISPATCH_TASK_DIR/mailbox/001.question"
    rm "$DISPATCH_TASK_DIR/mailbox/.q"
    while [ ! -e "$DISPATCH_TASK_DIR/mailbox/001.answer" ]; do sleep 0.05; done
    : > "$DISPATCH_TASK_DIR/mailbox/001.done" ;;
  # A hundred that wait like this cost nothing.
  *@hold*) : < gate ;;
  *@fails*) exit 3 ;;
esac
`);
  execFileSync('mkfifo', [join(stage.cwd, 'gate')]);
});

async function start(prompt: string): Promise<string> {
  return dataOf<{ task_id: string }>(await stage.type(['run', '--prompt', prompt])).task_id;
}

let gate: number | null = null;
/** Whoever opens the pipe to read waits until somebody has it open to write; from now on nobody waits. */
function letGo(): void {
  gate = openSync(join(stage.cwd, 'gate'), 'r+');
}
afterEach(() => {
  if (gate !== null) closeSync(gate);
  gate = null;
});

/** All that a host is told that asks now. */
const hear = (...args: string[]): Promise<Told[]> => hearIn(stage, ...args);

const namesOf = (told: readonly Told[]): string[] => told.map((one) => `${one.task_id} ${one.type}`);

/** A host as a process: what it has printed, line by line. */
function host(...args: string[]) {
  const started = startDispatch(['watch', '--json', ...args], { cwd: stage.cwd, env: stage.home.env });
  return { ...started, told: () => linesOf(started.printed().stdout) };
}

/** Whether a process waits for changes of files. */
function watchesFiles(pid: number): boolean {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).some((fd) => {
    try {
      return readlinkSync(`${folder}/${fd}`) === 'anon_inode:inotify';
    } catch {
      return false;
    }
  });
}

describe('a host', () => {
  test('killed between hearing and taking note hears again, and nothing once it has taken note', async () => {
    const asking = await start('@asks');
    const first = host('--as', 'claude');
    await until(() => first.told().length === 1, { what: 'the question is told' });
    expect(first.told()).toMatchObject([
      { task_id: asking, type: 'question', is_current: true, question: { question: 'Red or blue?' } },
    ]);
    signal(first.pid, 'SIGKILL');
    await first.ended;

    const again = await hear('--as', 'claude');
    expect(again).toEqual(first.told());
    await stage.type(['answer', asking, '--message', 'Red.']);
    await stage.type(['wait', asking]);
    // The end came after what this host has heard: taking note of that takes no note of the end.
    const acked = await stage.type(['ack', asking, '--as', 'claude', '--position', again[0]!.position]);
    expect(dataOf<{ notifications: Told[] }>(acked).notifications).toMatchObject([{ type: 'question' }]);
    const end = await hear('--as', 'claude');
    expect(end).toMatchObject([{ task_id: asking, type: 'terminal', is_current: true }]);
    await stage.type(['ack', asking, '--as', 'claude', '--position', end[0]!.position]);
    expect(await hear('--as', 'claude')).toEqual([]);
    expect(await hear('--as', 'codex')).toMatchObject([
      { type: 'question', is_current: false },
      { type: 'terminal', is_current: true },
    ]);
  });

  test('killed in wait misses nothing', async () => {
    const [held, other] = [await start('@hold'), await start('@hold')];
    const waiting = startDispatch(['wait', held, other, '--json'], { cwd: stage.cwd, env: stage.home.env });
    await until(() => watchesFiles(waiting.pid), { what: 'it waits' });
    signal(waiting.pid, 'SIGKILL');
    await waiting.ended;
    letGo();
    await stage.type(['wait', held]);
    const again = await stage.type(['wait', held, other]);
    expect(again.exitCode).toBe(0);
    const { tasks } = dataOf<{ tasks: { id: string; status: string }[] }>(again);
    expect(tasks).toMatchObject([
      { id: held, status: 'completed' },
      { id: other, status: 'completed' },
    ]);
    expect(namesOf(await hear())).toEqual([`${held} terminal`, `${other} terminal`]);
  });

  test('ends with what --until asks for, or when its time is over', async () => {
    expect((await stage.type(['init'])).exitCode).toBe(0);
    const over = await stage.type(['watch', '--until', 'any', '--timeout', '0.2s']);
    expect(over.exitCode).toBe(23);
    expect(JSON.parse(over.stdout)).toMatchObject({
      data: { cursor: 'default', told: 0, timed_out: true, interrupted: false },
    });
    const terminal = host('--until', 'terminal');
    const question = host('--until', 'question');
    const stopped = host();
    const asking = await start('@asks');
    expect((await question.ended).exitCode).toBe(0);
    expect(namesOf(question.told())).toEqual([`${asking} question`]);
    expect(terminal.child.exitCode).toBe(null);
    await stage.type(['answer', asking, '--message', 'Red.']);
    expect((await terminal.ended).exitCode).toBe(0);
    expect(namesOf(terminal.told())).toEqual([`${asking} question`, `${asking} terminal`]);
    await until(() => stopped.told().length === 2, { what: 'the third has heard the same' });
    signal(stopped.pid, 'SIGINT');
    expect((await stopped.ended).exitCode).toBe(130);
    // Answered: nothing for which a host that asks about questions should be woken.
    expect((await stage.type(['watch', '--until', 'question', '--timeout', '0.2s'])).exitCode).toBe(23);
  });

  test('that watches one task is told of no other, and in words for people', async () => {
    const [fails, works] = [await start('@fails'), await start('works')];
    await stage.type(['wait', fails, works]);
    expect(namesOf(await hear(fails))).toEqual([`${fails} terminal`]);
    const shown = await dispatch(['watch', works, '--until', 'any'], { cwd: stage.cwd, env: stage.home.env });
    expect(shown.stdout).toMatch(new RegExp(`^just now +${works} +completed +works\n$`));
    const taken = await dispatch(['ack', '--all'], { cwd: stage.cwd, env: stage.home.env });
    expect(taken.stdout).toMatch(new RegExp(`${fails} +failed: agent error`));
    expect(await hear()).toEqual([]);
  });
});

describe('a hundred tasks that end at once', () => {
  test('each is told exactly once to a cursor that takes note of what it heard, by hosts that are killed again and again', async () => {
    const ids: string[] = [];
    for (let made = 0; made < 20; made += 1)
      ids.push(...(await Promise.all([1, 2, 3, 4, 5].map((n) => start(`@hold ${made} ${n}`)))));
    letGo();
    const acted: string[] = [];
    // Each of these hosts takes note of seven and is killed; what it was told besides is the next one's.
    while (acted.length < ids.length) {
      const one = host('--as', 'host');
      await until(() => one.told().length > 0 || acted.length === ids.length, { what: 'something is told' });
      const noted = one.told().slice(0, 7);
      await Promise.all(
        noted.map(async ({ task_id: id, position }) => {
          const taken = await stage.type(['ack', id, '--as', 'host', '--position', position]);
          acted.push(...dataOf<{ notifications: Told[] }>(taken).notifications.map((told) => told.task_id));
        }),
      );
      signal(one.pid, 'SIGKILL');
      await one.ended;
    }
    expect(acted.toSorted()).toEqual(ids.toSorted());
    expect(await hear('--as', 'host')).toEqual([]);

    // One that nobody interrupts hears of each once, too, and of nothing else.
    const whole = host('--as', 'another');
    await until(() => whole.told().length === ids.length, { what: 'all are told' });
    expect(whole.told().map(({ task_id: id }) => id)).toEqual(ids.toSorted());
    signal(whole.pid, 'SIGINT');
    await whole.ended;
  }, 300_000);
});

test('the list of what nobody has taken note of', async () => {
  const [fails, works] = [await start('@fails'), await start('works')];
  await stage.type(['wait', fails, works]);
  const listed = async (...args: string[]): Promise<string[]> =>
    dataOf<{ task_id: string }[]>(await stage.type(['list', '--unacknowledged', ...args])).map(
      ({ task_id: id }) => id,
    );
  expect(await listed()).toEqual([works, fails]);
  await stage.type(['ack', works, '--as', 'one']);
  expect(await listed()).toEqual([fails]);
  expect(await listed('--as', 'other')).toEqual([works, fails]);
  expect(dataOf(await stage.type(['ack', '--begin', '--as', 'other']))).toMatchObject({ begun: true });
  expect(dataOf(await stage.type(['ack', '--begin', '--as', 'other']))).toMatchObject({ begun: false });
  expect(await listed('--as', 'other')).toEqual([]);
  // What a cursor has passed over is news to everybody else.
  expect(await listed()).toEqual([fails]);
  const fresh = await start('works');
  await stage.type(['wait', fresh]);
  expect(await listed('--as', 'other')).toEqual([fresh]);
});

test('a watch of one task ends with it, and the longest time is as long as it says', async () => {
  const id = await start('works');
  await stage.type(['wait', id]);
  await stage.type(['ack', id]);
  const watching = host(id, '--until', 'terminal', '--timeout', '30d');
  await until(() => watchesFiles(watching.pid), { what: 'it watches' });
  expect(watching.child.exitCode).toBe(null);
  expect(
    dataOf<{ tasks: unknown[] }>(await stage.type(['prune', '--older-than', '0.001s'])).tasks,
  ).toHaveLength(1);
  const ended = await watching.ended;
  expect(ended.exitCode).toBe(3);
  expect(ended.stdout).toContain('task_not_found');
  expect(ended.stderr).toBe('');
});
