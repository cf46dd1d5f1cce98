// `ack`, killed before each of its writes: it has taken note, or what it was about is told again.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { faultEnvironment, readLog, type Faults } from './faults/faults.ts';
import type { Ended, Stage } from './harness/index.ts';
import { cleanUpAfterEach, dataOf, makeRepo, stageScriptedAgent } from './harness/index.ts';
import { hear } from './harness/told.ts';

cleanUpAfterEach();

let stage: Stage;
let id = '';
beforeEach(async () => {
  stage = await stageScriptedAgent('#!/bin/sh\ncat > /dev/null\n');
  const started = await stage.type(['run', '--prompt', 'works']);
  id = dataOf<{ task_id: string }>(started).task_id;
  await stage.type(['wait', id]);
});

function ackUnder(args: string[], faults: Partial<Faults>): Promise<Ended> {
  const env = faultEnvironment({ roots: [stage.cwd], process: ' ack ', ...faults }, stage.home.env);
  return stage.type(['ack', ...args], { env: env as Record<string, string> });
}

/** The command, killed before each of its writes in turn, for a cursor that `prepare` has been given. */
async function eachWrite(
  argsFor: (cursor: string) => string[],
  prepare: (cursor: string) => Promise<void>,
  check: (cursor: string) => Promise<void>,
): Promise<void> {
  const log = join(makeRepo(), 'log');
  await prepare('counted');
  expect((await ackUnder(argsFor('counted'), { log })).exitCode).toBe(0);
  const calls = readLog(log).length;
  expect(calls).toBeGreaterThan(3);
  for (let at = 1; at <= calls; at += 1) {
    const cursor = `cursor-${at}`;
    await prepare(cursor);
    expect((await ackUnder(argsFor(cursor), { at, mode: 'kill_before' })).signal).toBe('SIGKILL');
    await check(cursor);
  }
}

test('the bookmark is there, or the event is told again', () =>
  eachWrite(
    (cursor) => [id, '--as', cursor],
    async () => undefined,
    async (cursor) => {
      const there = readdirSync(join(stage.root, 'cursors')).includes(cursor);
      const kept = there ? readdirSync(join(stage.root, 'cursors', cursor)) : [];
      const told = await hear(stage, '--as', cursor);
      expect(told.length, kept.join(' ')).toBe(kept.length === 0 ? 1 : 0);
      expect((await stage.type(['ack', id, '--as', cursor])).exitCode).toBe(0);
      expect(await hear(stage, '--as', cursor)).toEqual([]);
    },
  ));

test('in place of an older bookmark', async () => {
  await stage.type(['resume', id, '--message', 'again']);
  await stage.type(['wait', id]);
  const [first, second] = await hear(stage, '--as', 'looks');
  await eachWrite(
    (cursor) => [id, '--as', cursor],
    async (cursor) => void (await stage.type(['ack', id, '--as', cursor, '--position', first!.position])),
    async (cursor) => {
      const told = await hear(stage, '--as', cursor);
      expect(told.length === 0 ? [second] : told).toEqual([second]);
      await stage.type(['ack', id, '--as', cursor]);
      expect(await hear(stage, '--as', cursor)).toEqual([]);
    },
  );
});

test('--begin: the cursor passes over all that was there, or it has not begun', () =>
  eachWrite(
    (cursor) => ['--begin', '--as', cursor],
    async () => undefined,
    async (cursor) => {
      const begun = readdirSync(join(stage.root, 'cursors')).includes(cursor);
      const again = dataOf<{ begun: boolean }>(await stage.type(['ack', '--begin', '--as', cursor]));
      expect(again.begun).toBe(!begun);
      expect(await hear(stage, '--as', cursor)).toEqual([]);
    },
  ));
