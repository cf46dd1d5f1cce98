import { expect, test } from 'vitest';
import { table } from '../../src/print/table.ts';
import { fit, padTo, widthOf } from '../../src/print/width.ts';

test.each([
  ['abc', 3],
  ['日本', 4],
  ['e\u0301', 1],
  ['👩‍💻', 2],
  ['✅', 2],
  ['❤️', 2],
  ['한글', 4],
  ['ｱ', 1],
  ['Ａ', 2],
  ['', 0],
])('%j takes %i columns', (text, width) => {
  expect(widthOf(text)).toBe(width);
});

test('cut between characters, never wider than it may be', () => {
  expect(fit('日本語の題', 6)).toBe('日本…');
  expect(fit('日本語', 6)).toBe('日本語');
  expect(fit('👩‍💻👩‍💻', 3)).toBe('👩‍💻…');
  for (let columns = 0; columns < 12; columns++)
    expect(widthOf(fit('a日b本c語d', columns))).toBeLessThanOrEqual(columns);
  expect(padTo('日', 4)).toBe('日  ');
});

test('columns are aligned by what is seen, lines fit and end without white space', () => {
  const rows = [
    ['a1', 'running', 'Ein Titel, der für das Terminal viel zu lang ist'],
    ['日本語', 'done', ''],
  ];
  const lines = table(
    [{ title: 'ID' }, { title: 'STATE' }, { title: 'TITLE', shrinks: 1 }],
    rows,
    40,
    (text) => text,
  );
  for (const line of lines) {
    expect(widthOf(line)).toBeLessThanOrEqual(40);
    expect(line).toBe(line.trimEnd());
  }
  const starts = ['STATE', 'running', 'done'].map((word, at) =>
    widthOf(lines[at]!.slice(0, lines[at]!.indexOf(word))),
  );
  expect(new Set(starts).size).toBe(1);
});

test('a style takes no room', () => {
  const plain = table([{ title: 'A' }, { title: 'B' }], [['x', 'y']], 80, (text) => text);
  const styled = table(
    [{ title: 'A', style: (cell) => `<${cell}>` }, { title: 'B' }],
    [['x', 'y']],
    80,
    (text) => text,
  );
  expect(styled[1]).toBe(plain[1]!.replace('x', '<x>'));
});
