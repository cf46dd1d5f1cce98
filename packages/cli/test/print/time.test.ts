import { expect, test } from 'vitest';
import { relativeTime } from '../../src/print/time.ts';
import { now } from '../outside.ts';

test.each([
  [0, 'just now'],
  [-3, 'just now'],
  [42, '42 s ago'],
  [60, '1 min ago'],
  [3599, '59 min ago'],
  [3600, '1 h ago'],
  [47 * 3600, '47 h ago'],
  [3 * 86_400, '3 d ago'],
  [30 * 86_400, '2026-10-22'],
  [-300, 'in 5 min'],
])('%i seconds before is %s', (seconds, words) => {
  expect(relativeTime(new Date(now - seconds * 1000).toISOString(), now)).toBe(words);
});

test('what is no time is not shown as one', () => {
  expect(relativeTime('', now)).toBe('?');
});
