// A clock that was set back between two commands: ids still sort, @last is the newest, limits are not confused.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cleanUpAfterEach, dataOf, livingProcesses, stageScriptedAgent, until } from './harness/index.ts';

cleanUpAfterEach();

/** Only this process lives in the past; what it starts does not inherit that, but its supervisor may. */
const shifted = (milliseconds: number) => {
  const source = `const Real = Date; globalThis.Date = class extends Real {
    constructor(...given) { super(...(given.length === 0 ? [Real.now() + ${milliseconds}] : given)); }
    static now() { return Real.now() + ${milliseconds}; }
  };`;
  return ['--import', `data:text/javascript,${encodeURIComponent(source)}`];
};

const day = 24 * 60 * 60 * 1000;

test('ids sort by creation, and @last is the last', async () => {
  const stage = await stageScriptedAgent('#!/bin/sh\ncat >/dev/null\n');
  const ids: string[] = [];
  for (const past of [0, -day, -365 * day, -1000, 0]) {
    const ran = dataOf(await stage.type(['run', '--prompt', `${past}`], { nodeArgs: shifted(past) }));
    ids.push(ran.task_id);
    expect(dataOf(await stage.type(['inspect', '@last'])).task.id).toBe(ran.task_id);
  }
  expect([...ids].sort()).toEqual(ids);
  const listed = dataOf<{ task_id: string }[]>(await stage.type(['list']));
  expect(listed.map(({ task_id }) => task_id)).toEqual(ids.toReversed());
  expect(
    dataOf<{ task_id: string }[]>(await stage.type(['list', '--limit', '2'])).map((row) => row.task_id),
  ).toEqual(ids.slice(-2).toReversed());
  for (const id of ids) expect((await stage.type(['wait', id])).exitCode).toBe(0);
});

test.each([-day, day])('a time limit is not over because clocks differ by %i ms', async (difference) => {
  const stage = await stageScriptedAgent(
    '#!/bin/sh\ncat >/dev/null\nwhile [ ! -e end ]; do sleep 0.1; done\n',
  );
  const ran = await stage.type(['run', '--prompt', 'x', '--timeout', '1h', '--stall-timeout', '1h'], {
    nodeArgs: shifted(difference),
  });
  const id = dataOf(ran).task_id;
  await until(() => stage.events(id).some(({ kind }) => kind === 'leader_seen'), { what: 'it is observed' });
  // The next supervisor has the right clock.
  for (const { pid, argv } of livingProcesses())
    if (argv.includes('supervise') && argv.includes(stage.root)) process.kill(pid, 'SIGKILL');
  await stage.type(['list']);
  const lease = () =>
    livingProcesses().filter(({ argv }) => argv.includes('supervise') && argv.includes(stage.root));
  await until(() => lease().length === 1, { what: 'another supervisor has come' });
  expect(dataOf(await stage.type(['inspect', id])).task).toMatchObject({
    status: 'running',
    attempt_alive: true,
  });
  writeFileSync(join(stage.cwd, 'end'), '');
  expect((await stage.type(['wait', id])).exitCode).toBe(0);
});

test('a limit that is over ends the attempt, whatever the clock of who asked for it', async () => {
  const stage = await stageScriptedAgent('#!/bin/sh\ncat >/dev/null\ntouch begun\nsleep 300\n');
  const ran = await stage.type(['run', '--prompt', 'x', '--timeout', '2s'], { nodeArgs: shifted(-day) });
  const id = dataOf(ran).task_id;
  expect((await stage.type(['wait', id])).exitCode).toBe(21);
  expect(dataOf(await stage.type(['inspect', id])).task).toMatchObject({
    status: 'failed',
    reason: 'timeout',
  });
  expect(existsSync(join(stage.cwd, 'begun'))).toBe(true);
});
