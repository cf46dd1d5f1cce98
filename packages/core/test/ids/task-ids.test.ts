import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayOfId, isTaskId, matchTaskId, newTaskId, timeOfId } from '../../src/ids/index.ts';

const at = (text: string, newest: string | null = null, random?: () => string) =>
  newTaskId({ now: new Date(text), newest, ...(random ? { random } : {}) });

describe('newTaskId', () => {
  test('is short, of letters and digits that do not look alike', () => {
    for (let n = 0; n < 500; n++) expect(at('2026-11-21T10:00:00.000Z')).toMatch(/^[0-9a-hjkmnp-tv-z]{14}$/);
  });

  test('carries its time and day', () => {
    const id = at('2026-11-21T23:59:59.999Z');
    expect(new Date(timeOfId(id)).toISOString()).toBe('2026-11-21T23:59:59.999Z');
    expect(dayOfId(id)).toBe('20261121');
  });

  test('differs within one millisecond', () => {
    const ids = new Set(Array.from({ length: 200 }, () => at('2026-11-21T10:00:00.000Z')));
    expect(ids.size).toBe(200);
  });

  test('sorts as plain strings by time until the year 3000', () => {
    const time = fc.integer({ min: 0, max: Date.UTC(3000, 0, 1) });
    fc.assert(
      fc.property(time, time, (a, b) => {
        const [x, y] = [a, b].map((t) => newTaskId({ now: new Date(t), newest: null }));
        expect(timeOfId(x!)).toBe(a);
        if (a !== b) expect(x! < y!).toBe(a < b);
      }),
    );
  });

  test('follows the newest id when the clock was set back or stands still', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) }), { minLength: 2 }), (times) => {
        let newest: string | null = null;
        for (const time of times) {
          const id: string = newTaskId({ now: new Date(time), newest });
          if (newest !== null) expect(id > newest).toBe(true);
          expect(timeOfId(id)).toBeGreaterThanOrEqual(time);
          newest = id;
        }
      }),
    );
  });

  test('is not led astray by a planted newest', () => {
    for (const newest of ['zzzzzzzzzzzzzz', '../../etc/abcd', '']) {
      expect(dayOfId(at('2026-11-21T10:00:00.000Z', newest))).toBe('20261121');
    }
  });
});

test('isTaskId refuses what is none', () => {
  const id = at('2026-11-21T10:00:00.000Z');
  expect(isTaskId(id)).toBe(true);
  for (const text of [
    '',
    '..',
    `${id}\n`,
    ` ${id}`,
    id.toUpperCase(),
    id.slice(1),
    `${id}0`,
    '../../etc/abcd',
  ]) {
    expect(isTaskId(text), JSON.stringify(text)).toBe(false);
  }
  expect(() => dayOfId('../x')).toThrow('not a task id');
});

describe('matchTaskId', () => {
  const morning = at('2026-11-21T08:00:00.000Z', null, () => 'aaaaa');
  const noon = at('2026-11-21T12:00:00.000Z', null, () => 'baaaa');
  const later = at('2027-03-01T12:00:00.000Z', null, () => 'ccccc');
  const ids = [later, morning, '.new-x', noon];

  test.each([
    ['a whole id', noon, { result: 'found', id: noon }],
    ['an ending', 'baaaa', { result: 'found', id: noon }],
    ['an ending in capitals', 'CCCC', { result: 'found', id: later }],
    ['a beginning', later.slice(0, 7), { result: 'found', id: later }],
    ['the newest', '@last', { result: 'found', id: later }],
    ['a shared ending', 'aaaa', { result: 'ambiguous', candidates: [morning, noon] }],
    ['three characters', 'ccc', { result: 'too_short' }],
    ['nothing', '', { result: 'too_short' }],
    ['something unknown', 'zzzz', { result: 'none' }],
    ['a middle', later.slice(3, 9), { result: 'none' }],
    ['a path', '../x', { result: 'none' }],
    ['an entry that is no id', '.new-x', { result: 'none' }],
    ['another word with @', '@first', { result: 'none' }],
  ])('%s', (_name, wanted, expected) => {
    expect(matchTaskId(wanted, ids)).toEqual(expected);
  });

  test('@last of an empty store is none', () => {
    expect(matchTaskId('@last', [])).toEqual({ result: 'none' });
  });

  test('only ever answers with what it was given', () => {
    fc.assert(
      fc.property(fc.string(), (wanted) => {
        const match = matchTaskId(wanted, ids);
        if (match.result === 'found') expect(ids).toContain(match.id);
      }),
    );
  });
});
