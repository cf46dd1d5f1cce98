import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { followTask } from '../src/follow.ts';
import { Refusal } from '../src/refusal.ts';
import { taskIn } from '../src/task.ts';
import type { Seen } from '../src/widget.ts';

const id = '1m8pej1ddeszda';

const seen = (title: string, root: object | null = null): Seen => ({
  task: taskIn({ id, title, status: 'running', reason: 'working', root })!,
  questions: [],
  plan: null,
});

test('it never looks twice at a time, and what somebody knows better is not told', async () => {
  const told: string[] = [];
  const looks: ((answer: Seen) => void)[] = [];
  const following = followTask({
    look: () => new Promise((resolve) => looks.push(resolve)),
    tell: ({ task }) => told.push(task.title),
    fail: (why) => told.push(why.message),
  });
  expect(looks).toHaveLength(1);
  following.nudge();
  following.nudge();
  looks[0]!(seen('old'));
  await vi.waitFor(() => expect(looks).toHaveLength(2), 5000);
  expect(told).toEqual([]);
  looks[1]!(seen('new'));
  await vi.waitFor(() => expect(told).toEqual(['new']));
  following.stop();
  following.nudge();
  expect(looks).toHaveLength(2);
});

test('a folder that never rests keeps nothing from being told', async () => {
  const root = mkdtempSync(join(tmpdir(), 'dispatch-follow-'));
  const folder = join(root, 'tasks', id);
  mkdirSync(folder, { recursive: true });
  const told: string[] = [];
  let looks = 0;
  const change = () => writeFileSync(join(folder, 'plan.md'), `${Math.random()}`);
  const changes = setInterval(change, 5);
  const following = followTask({
    look: async () => {
      const at = (looks += 1);
      await new Promise((resolve) => setTimeout(resolve, 50));
      return seen(`${at}`, { path: root });
    },
    tell: ({ task }) => told.push(task.title),
    fail: (why) => told.push(why.message),
  });
  await vi.waitFor(() => expect(looks).toBe(4), 10_000);
  expect(told).toEqual(['1', '2', '3']);
  following.stop();
  clearInterval(changes);
  rmSync(root, { recursive: true });
});

test('a look that failed is told, and not after the end', async () => {
  const told: string[] = [];
  let fail: (why: Error) => void = () => undefined;
  const following = followTask({
    look: () => new Promise((_, reject) => (fail = reject)),
    tell: () => told.push('seen'),
    fail: (why) => told.push(why.message),
  });
  fail(new Refusal('no task'));
  await vi.waitFor(() => expect(told).toEqual(['no task']));
  following.nudge();
  await vi.waitFor(() => {
    fail(new Error('a bug'));
    expect(told).toEqual(['no task', 'Error: a bug']);
  }, 5000);
  following.stop();
});

test('what a look in flight comes to after the end is not told', async () => {
  const told: string[] = [];
  for (const end of ['answers', 'fails']) {
    let answer: (answer: Seen) => void = () => undefined;
    let fail: (why: Error) => void = () => undefined;
    const look = new Promise<Seen>((resolve, reject) => ([answer, fail] = [resolve, reject]));
    const following = followTask({
      look: () => look,
      tell: () => told.push('seen'),
      fail: () => told.push(end),
    });
    following.stop();
    if (end === 'answers') answer(seen('late'));
    else fail(new Error('late'));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(told).toEqual([]);
});
