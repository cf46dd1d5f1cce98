import fc from 'fast-check';
import { expect, test } from 'vitest';
import { durationText, parseDuration } from '../../src/config/index.ts';
import { editDistance, nearestFirst } from '../../src/config/nearest.ts';

test.each([
  ['90s', 90],
  ['20m', 1200],
  ['2h', 7200],
  ['1h30m', 5400],
  ['1.5h', 5400],
  ['1d', 86_400],
  ['90', 90],
  [' 0.5 ', 0.5],
  ['none', null],
])('%j is %j seconds', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

test.each([
  '',
  '0',
  '0s',
  '-5',
  '5 m',
  '5ms',
  '1e3',
  'm',
  '5mm',
  '400d',
  '999999999',
  'Infinity',
  'NaN',
  '١s',
])('%j is none', (text) => {
  expect(() => parseDuration(text)).toThrow(
    expect.objectContaining({ code: 'invalid_duration', exitStatus: 2 }),
  );
});

test.each([
  [1200, '20m'],
  [5400, '1h30m'],
  [90, '1m30s'],
  [0.5, '0.5s'],
  [86_461, '1d1m1s'],
  [0.0001, '0.001s'],
])('%d seconds are %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});

test('a duration that was written is read as the same', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 31_622_400_000 }), (ms) => {
      expect(parseDuration(durationText(ms / 1000))).toBeCloseTo(ms / 1000, 6);
    }),
  );
});

test('editDistance is a distance', () => {
  expect(editDistance('cladue', 'claude')).toBe(1);
  expect(editDistance('kitten', 'sitting')).toBe(3);
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max([...a].length, [...b].length));
    }),
  );
});

test('nearestFirst gives each name once', () => {
  expect(nearestFirst('codx', ['pi', 'codex', 'pi', 'claude'])).toEqual(['codex', 'claude', 'pi']);
});
