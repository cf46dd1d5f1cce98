import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { highestLink, holdsLink, PlantedLink, takeLink, touchLink } from '../../src/index.ts';
import { bundle } from '../processes/bundle.ts';
import { ended, startNode } from '../processes/run.ts';
import { temporaryFolder } from '../sample-task.ts';

let folderOfProgram = '';
let taker = '';
beforeAll(async () => {
  folderOfProgram = mkdtempSync(join(tmpdir(), 'dispatch-taker-'));
  taker = await bundle(new URL('./taker-program.ts', import.meta.url), folderOfProgram);
});
afterAll(() => rmSync(folderOfProgram, { recursive: true }));

function chain(): string {
  return join(temporaryFolder(), 'lease');
}

describe('a chain of links', () => {
  test('nobody holds one that was never linked', () => {
    const folder = chain();
    expect(highestLink(folder)).toBeNull();
    expect(holdsLink(folder, 1)).toBe(false);
  });

  test('is taken by number, once', () => {
    const folder = chain();
    expect(takeLink(folder, 1, { who: 'a' })).toBe(true);
    expect(takeLink(folder, 1, { who: 'b' })).toBe(false);
    expect(highestLink(folder)).toMatchObject({ epoch: 1, content: { who: 'a' } });
    expect(holdsLink(folder, 1)).toBe(true);
    expect(takeLink(folder, 2, { who: 'b' })).toBe(true);
    expect(holdsLink(folder, 1)).toBe(false);
    expect(readdirSync(join(folder, '..'))).toEqual(['lease']);
  });

  test('is not won by a late link below the highest, even where that number was removed', () => {
    const folder = chain();
    for (let epoch = 1; epoch <= 40; epoch += 1) expect(takeLink(folder, epoch, { epoch })).toBe(true);
    const kept = readdirSync(folder).map(Number);
    expect([Math.min(...kept), kept.length]).toEqual([25, 16]);
    expect(takeLink(folder, 7, { who: 'slow' })).toBe(false);
    expect(highestLink(folder)?.epoch).toBe(40);
    expect(takeLink(folder, 41, {})).toBe(true);
    expect(readdirSync(folder)).not.toContain('7');
  });

  test(
    'of two hundred takers in twenty processes each has an epoch of its own',
    { timeout: 60_000 },
    async () => {
      const folder = chain();
      const beside = temporaryFolder();
      const [file, go] = [join(beside, 'acknowledged'), join(beside, 'go')];
      const takers = Array.from({ length: 20 }, (_, index) =>
        startNode(taker, folder, `t${index}`, '10', file, go),
      );
      writeFileSync(go, '');
      expect(await Promise.all(takers.map(ended))).toEqual(takers.map(() => 0));
      const epochs = readFileSync(file, 'utf8').trimEnd().split('\n').map(Number);
      expect(epochs).toHaveLength(200);
      expect(new Set(epochs).size).toBe(200);
      const highest = highestLink(folder)?.epoch ?? 0;
      expect(highest).toBeGreaterThanOrEqual(200);
      expect(Math.max(...epochs)).toBe(highest);
      // What a loser linked below the highest goes with the next taker.
      expect(takeLink(folder, highest + 1, {})).toBe(true);
      expect(readdirSync(folder).length).toBeLessThanOrEqual(16);
      expect(readdirSync(join(folder, '..'))).toEqual(['lease']);
    },
  );

  test('passes over names that are no number of a link', () => {
    const folder = chain();
    takeLink(folder, 1, {});
    for (const name of ['007', '99999999999999999999', '1e3', '-5', '.5', 'x'])
      writeFileSync(join(folder, name), '');
    expect(highestLink(folder)?.epoch).toBe(1);
    expect(takeLink(folder, 2, {})).toBe(true);
  });

  test('shows an unreadable holder as null, never as nobody', () => {
    const folder = chain();
    takeLink(folder, 1, {});
    for (const text of ['', '{"pid":', '\0\0']) {
      writeFileSync(join(folder, '2'), text);
      expect(highestLink(folder)).toMatchObject({ epoch: 2, content: null });
    }
  });

  test('is never followed out of the store', () => {
    const folder = chain();
    const outside = temporaryFolder();
    symlinkSync(outside, folder);
    expect(() => takeLink(folder, 1, {})).toThrow(PlantedLink);
    expect(readdirSync(outside)).toEqual([]);

    const other = chain();
    mkdirSync(other);
    writeFileSync(join(outside, 'file'), '{}');
    symlinkSync(join(outside, 'file'), join(other, '3'));
    expect(() => highestLink(other)).toThrow(PlantedLink);
    const long = new Date(1_000_000);
    utimesSync(join(outside, 'file'), long, long);
    touchLink({ path: join(other, '3') }, new Date());
    expect(statSync(join(outside, 'file')).mtime).toEqual(long);
  });

  test('is touched by its holder, and a link that is gone is no error', () => {
    const folder = chain();
    takeLink(folder, 1, {});
    const path = highestLink(folder)?.path ?? '';
    const then = new Date('2026-01-02T03:04:05Z');
    touchLink({ path }, then);
    expect(statSync(path).mtime).toEqual(then);
    rmSync(path);
    expect(() => touchLink({ path }, then)).not.toThrow();
  });
});
