// `prune` removes what is over and old, and nothing else; a resume at the same instant comes first or is refused.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { drawn } from './crash/draw.ts';
import { faultEnvironment, readLog } from './faults/faults.ts';
import type { Stage } from './harness/index.ts';
import {
  cleanUpAfterEach,
  dataOf,
  dispatch,
  errorOf,
  makeRepo,
  stageScriptedAgent,
  temporaryFolder,
  until,
} from './harness/index.ts';

cleanUpAfterEach();

interface Gone {
  tasks: { task_id: string }[];
}

let stage: Stage;
beforeEach(async () => {
  stage = await stageScriptedAgent(
    '#!/bin/sh\nwords=$(cat)\ncase $words in *@wait*) sleep 1000;; *@fail*) exit 1;; esac\n',
  );
});

const type = async <T = Record<string, unknown>>(...args: string[]) => dataOf<T>(await stage.type(args));
const prune = async (...args: string[]) =>
  (await type<Gone>('prune', '--older-than', '0.001s', ...args)).tasks.map(({ task_id: id }) => id);
const grants = () => readdirSync(join(stage.home.home, '.dispatch/runtime/grants'));

async function ended(prompt: string, ...args: string[]): Promise<string> {
  const { task_id: id } = await type<{ task_id: string }>('run', '--prompt', prompt, ...args);
  await stage.type(['wait', id]);
  return id;
}

test('what is completed, failed or cancelled goes, with grants and markers; what is not stays', async () => {
  const [done, failed, cancelled] = [
    await ended('done'),
    await ended('@fail'),
    await ended('gone', '--timeout', '1h'),
  ];
  const { task_id: working } = await type<{ task_id: string }>('run', '--prompt', '@wait');
  await until(async () => (await type<{ attempt_alive: boolean }>('status', working)).attempt_alive, {
    what: 'at work',
  });
  const kept = await ended('x', '--mode', 'discuss', '--no-agent');
  expect(await prune('--dry-run')).toEqual([done, failed, cancelled]);
  expect(existsSync(stage.taskDir(done))).toBe(true);
  expect((await type<Gone>('prune')).tasks).toEqual([]);
  expect(await prune()).toEqual([done, failed, cancelled]);
  expect(readdirSync(join(stage.root, 'tasks')).toSorted()).toEqual([working, kept].toSorted());
  for (const id of [done, failed, cancelled]) {
    expect(grants().filter((name) => name.startsWith(id))).toEqual([]);
    expect(errorOf(await stage.type(['inspect', id]))).toMatchObject({ code: 'task_not_found' });
  }
  expect((await type<{ task_id: string }[]>('list')).map(({ task_id: id }) => id)).toEqual([kept, working]);
  expect(await prune()).toEqual([]);
  const { findings } = await type<{ findings: { what: string }[] }>('doctor');
  // The home of a test is below /tmp.
  expect(findings.filter(({ what }) => what !== 'home_in_sandbox')).toEqual([]);
  await type('cancel', working);
});

test('a key of what is gone makes nothing again', async () => {
  const id = await ended('done', '--key', 'nightly');
  expect(await prune()).toEqual([id]);
  expect(errorOf(await stage.type(['run', '--prompt', 'done', '--key', 'nightly']))).toMatchObject({
    code: 'key_pruned',
    message: expect.stringContaining(id) as string,
  });
});

describe('with a resume at the same instant', () => {
  test('one of them wins', async () => {
    for (let round = 0; round < 8; round += 1) {
      const id = await ended('done');
      const [resumed, pruned] = await Promise.all([
        stage.type(['resume', id, '--message', '@wait']),
        prune(),
      ]);
      if (resumed.exitCode === 0) {
        expect(pruned).toEqual([]);
        expect(await type('status', id)).toMatchObject({ status: 'running', attempts: [{}, {}] });
        await type('cancel', id);
      } else {
        expect(pruned).toEqual([id]);
        expect(['pruned', 'task_not_found']).toContain(errorOf(resumed).code);
      }
      await prune();
      expect(grants().filter((name) => name.startsWith(id))).toEqual([]);
    }
  });
});

test('killed wherever it writes, the next one ends its work, and nothing else is lost', async () => {
  const log = join(temporaryFolder('log'), 'calls');
  const faults = { roots: [stage.home.home, stage.root], process: 'prune', log };
  const typed = (more: object, args: string[]) =>
    dispatch(['--json', ...args], {
      cwd: stage.cwd,
      env: faultEnvironment({ ...faults, ...more }, stage.home.env) as Record<string, string>,
    });
  await ended('done', '--key', 'first');
  await typed({}, ['prune', '--older-than', '0.001s']);
  const calls = readLog(log).length;
  expect(calls).toBeGreaterThan(8);
  const { task_id: working } = await type<{ task_id: string }>('run', '--prompt', '@wait');
  for (const at of drawn([...Array(calls).keys()], 8, 'prune')) {
    const id = await ended('done', '--key', `key-${at}`);
    await typed({ at, mode: 'kill_before' }, ['prune', '--older-than', '0.001s']);
    await prune();
    expect([at, readdirSync(join(stage.root, 'tasks'))]).toEqual([at, [working]]);
    expect(grants().some((name) => name.startsWith(id))).toBe(false);
    expect(errorOf(await stage.type(['run', '--prompt', 'done', '--key', `key-${at}`]))).toMatchObject({
      code: 'key_pruned',
    });
  }
  expect(await type('status', working)).toMatchObject({ status: 'running' });
  await type('cancel', working);
});

test('several at once remove each once, whatever has become of keys', async () => {
  const ids = [await ended('one', '--key', 'a'), await ended('two', '--key', 'b'), await ended('three')];
  for (const name of readdirSync(join(stage.root, 'keys'))) rmSync(join(stage.root, 'keys', name));
  const pruned = await Promise.all([prune(), prune(), prune()]);
  expect(pruned.flat().toSorted()).toEqual(ids.toSorted());
  expect(readdirSync(join(stage.root, 'tasks'))).toEqual([]);
});

test('what another store has of the same name stays', async () => {
  const other = join(makeRepo({}), '.dispatch');
  const { task_id: id } = await type<{ task_id: string }>('run', '--prompt', '@wait', '--root', other);
  await type('init');
  mkdirSync(join(stage.root, 'tasks', `.gone-${id}`));
  await prune();
  expect(grants().some((name) => name.startsWith(id))).toBe(true);
  expect(await type('cancel', id, '--root', other)).toMatchObject({ confirmed: true });
});

test('a folder that a worker names like one that is going costs no living task anything', async () => {
  const { task_id: id } = await type<{ task_id: string }>('run', '--prompt', '@wait');
  for (const name of [`.gone-${id}`, '.gone-..', '.gone-'])
    mkdirSync(join(stage.root, 'tasks', name), { recursive: true });
  writeFileSync(join(stage.home.home, '.dispatch/runtime/keep'), 'x');
  await prune();
  expect(grants().some((name) => name.startsWith(id))).toBe(true);
  expect(readFileSync(join(stage.home.home, '.dispatch/runtime/keep'), 'utf8')).toBe('x');
  await type('cancel', id);
});
