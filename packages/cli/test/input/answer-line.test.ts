import { expect, test } from 'vitest';
import { TypedLines } from '../../src/input/answer-line.ts';

test.for<[string[], string, boolean]>([
  [['one'], 'one', false],
  [['one\\', 'two'], 'one\ntwo', false],
  [['one\\'], 'one', true],
  [['  kept  '], '  kept  ', false],
  [[''], '', false],
  [['a\\b'], 'a\\b', false],
])('%j is %j', ([lines, text, goesOn]) => {
  const typed = new TypedLines();
  let last = false;
  for (const line of lines) last = typed.add(line);
  expect(last).toBe(goesOn);
  expect(typed.text).toBe(text);
});
