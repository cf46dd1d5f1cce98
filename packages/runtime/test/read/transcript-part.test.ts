import { expect, test } from 'vitest';
import { partOfTranscript, transcriptPlace, type PlacedEvent } from '../../src/read/index.ts';

/** Steps at these places of attempt 0; those of one line stand at one place. */
function stepsAt(...positions: number[]): PlacedEvent[] {
  return positions.map((position, index) => ({
    ...{ type: 'output', text: `step ${index}` },
    ...{ position, at: `0:${position}` },
  }));
}

const transcript = stepsAt(0, 10, 20, 20, 20, 30, 40, 40);

test.each<[string | null, number | null, number[]]>([
  [null, null, [0, 10, 20, 20, 20, 30, 40, 40]],
  ['0:10', null, [20, 20, 20, 30, 40, 40]],
  ['0', 2, [0, 10]],
  // A line is not cut in two, so that nothing is missed behind its position.
  ['0', 3, [0, 10, 20, 20, 20]],
  ['0:20', 1, [30]],
  ['0:20', 2, [30, 40, 40]],
  ['0:40', 5, []],
  [null, 1, [40, 40]],
  [null, 2, [40, 40]],
  [null, 3, [30, 40, 40]],
  [null, 4, [20, 20, 20, 30, 40, 40]],
  [null, 100, [0, 10, 20, 20, 20, 30, 40, 40]],
])('after %o at most %o', (after, limit, expected) => {
  const part = [...partOfTranscript(transcript, { after, limit })];
  expect(part.map(({ position }) => position)).toEqual(expected);
});

test('the newest of many', () => {
  const many = stepsAt(...Array.from({ length: 1000 }, (_, at) => at));
  const part = [...partOfTranscript(many, { after: null, limit: 7 })];
  expect(part.map(({ position }) => position)).toEqual([993, 994, 995, 996, 997, 998, 999]);
});

test('all of one line, however many they are', () => {
  const one = stepsAt(...Array.from({ length: 50 }, () => 3));
  expect([...partOfTranscript(one, { after: null, limit: 2 })]).toHaveLength(50);
});

test('what is no position', () => {
  for (const text of ['', 'x', '1', '1:', ':1', '1:2:3', '-1:0'])
    expect(() => transcriptPlace(text)).toThrow('is no position in a transcript');
  expect(transcriptPlace('2:17')).toEqual({ attempt: 2, position: 17 });
});
