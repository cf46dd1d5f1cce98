import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll } from 'vitest';
import { Journal } from '../../src/index.ts';
import { bundle } from '../processes/bundle.ts';
import { ended, start, startNode, until } from '../processes/run.ts';
import { drafts, taskFolder } from '../sample-task.ts';

let folderOfProgram = '';
let writer = '';
beforeAll(async () => {
  folderOfProgram = mkdtempSync(join(tmpdir(), 'dispatch-writer-'));
  writer = await bundle(new URL('./writer-program.ts', import.meta.url), folderOfProgram);
});
afterAll(() => rmSync(folderOfProgram, { recursive: true }));

/** Pseudo-random numbers in [0, 1) that a seed repeats (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function acknowledgedIn(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(0, -1);
  } catch {
    return [];
  }
}

/** Every acknowledged commit is found once, no sequence is missing, and every way of reading gives the same task. */
function expectNothingLost(taskDir: string, acknowledged: readonly string[]): string[] {
  const journal = new Journal(taskDir);
  const { events } = journal.eventsAfter();
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
  const messages = events.map(({ message }) => message);
  expect(new Set(messages).size).toBe(messages.length);
  const found = new Set(messages);
  expect(acknowledged.filter((message) => !found.has(message))).toEqual([]);
  const fromSnapshot = journal.refresh();
  expect(fromSnapshot.gap).toBeNull();
  expect(fromSnapshot.position.sequence).toBe(events.length);
  expect(new Journal(taskDir).rewriteSnapshot().task).toEqual(fromSnapshot.task);
  return messages;
}

describe('eight processes that write one journal', () => {
  test('lose nothing', { timeout: 60_000 }, async () => {
    const folder = taskFolder();
    const file = join(folder.taskDir, '..', 'acknowledged');
    const writers = Array.from({ length: 8 }, (_, index) =>
      startNode(writer, folder.taskDir, `w${index}`, '100', file),
    );
    expect(await Promise.all(writers.map(ended))).toEqual(Array.from({ length: 8 }, () => 0));
    const acknowledged = acknowledgedIn(file);
    expect(acknowledged).toHaveLength(800);
    expect(expectNothingLost(folder.taskDir, acknowledged)).toHaveLength(801);
  });

  test('lose nothing when they are killed and stopped at random', { timeout: 90_000 }, async () => {
    const seed = Number(process.env['CHAOS_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
    console.info(`chaos seed ${seed} (repeat it with CHAOS_SEED=${seed})`);
    onTestFailed(() => console.error(`chaos seed ${seed}`));
    const random = randomFrom(seed);
    const folder = taskFolder();
    const file = join(folder.taskDir, '..', 'acknowledged');
    let incarnation = 0;
    const another = (): ReturnType<typeof startNode> =>
      startNode(writer, folder.taskDir, `i${(incarnation += 1)}`, '100000', file);
    const writers = Array.from({ length: 8 }, another);
    await until(() => acknowledgedIn(file).length > 20);

    let kills = 0;
    while (kills < 40) {
      const slot = Math.floor(random() * writers.length);
      const victim = writers[slot];
      if (victim === undefined) continue;
      if (random() < 0.5) {
        victim.kill('SIGSTOP');
        const stoppedMs = random() * 60;
        setTimeout(() => victim.kill('SIGCONT'), stoppedMs);
      } else {
        kills += 1;
        victim.kill('SIGKILL');
        expect(await ended(victim)).toBe('SIGKILL');
        writers[slot] = another();
      }
      await new Promise((resolve) => setTimeout(resolve, random() * 30));
    }
    for (const one of writers) one.kill('SIGKILL');
    await Promise.all(writers.map(ended));

    const acknowledged = acknowledgedIn(file);
    const messages = expectNothingLost(folder.taskDir, acknowledged);
    // A killed writer may have committed one more than it could say.
    expect(messages.length - 1 - acknowledged.length).toBeLessThanOrEqual(incarnation);
    new Journal(folder.taskDir).commit(() => drafts.note('after it all'));
    expectNothingLost(folder.taskDir, [...acknowledged, 'after it all']);
  });
});

describe('a journal that takes only a part of a line', () => {
  test(
    'says that the event does not count, and heals when there is room again',
    { timeout: 30_000 },
    async () => {
      const folder = taskFolder();
      const file = join(folder.taskDir, '..', 'acknowledged');
      // A limit on the size of files makes write(2) come back short, as a full disk does.
      const limited = start('/bin/sh', [
        '-c',
        'ulimit -f 8 && exec "$@"',
        'sh',
        process.execPath,
        writer,
        folder.taskDir,
        'short',
        '1000',
        file,
      ]);
      expect(await ended(limited)).toBe(7);
      const acknowledged = acknowledgedIn(file);
      expect(acknowledged.pop()).toBe('!disk_full');
      expect(acknowledged.length).toBeGreaterThan(5);
      const torn = new Journal(folder.taskDir).refresh();
      expect(torn).toMatchObject({ unterminated: true, position: { sequence: acknowledged.length + 1 } });

      new Journal(folder.taskDir).commit(() => drafts.note('room again'));
      const messages = expectNothingLost(folder.taskDir, acknowledged);
      expect(messages.at(-1)).toBe('room again');
      expect(messages).toHaveLength(acknowledged.length + 2);
    },
  );
});
