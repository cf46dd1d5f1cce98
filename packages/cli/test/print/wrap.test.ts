import { expect, test } from 'vitest';
import { clip, fitEnd, widthOf } from '../../src/print/width.ts';
import { wrap } from '../../src/print/wrap.ts';
import { fileLink } from '../../src/output/links.ts';

test('broken at spaces, with a hanging indent', () => {
  expect(wrap('  --name  what it is for', 80, 10)).toEqual(['  --name  what it is for']);
  expect(wrap('  --name  what it is for', 18, 10)).toEqual(['  --name  what it', '          is for']);
});

test('what has no spaces is broken where it has to be, and no line is wider', () => {
  expect(wrap('日本語のテスト', 6)).toEqual(['日本語', 'のテス', 'ト']);
  expect(wrap(`a ${'x'.repeat(7)} b`, 5)).toEqual(['a', 'xxxxx', 'xx b']);
  const text = `${'word '.repeat(9)}${'\u00a0'.repeat(50)}日本語 ${'y'.repeat(33)}`;
  for (let width = 2; width < 90; width++)
    for (const line of wrap(text, width, 1)) expect(widthOf(line)).toBeLessThanOrEqual(width);
});

test('a line with styles and links is cut by what is seen', () => {
  const link = fileLink('text', '/a/b');
  const line = `\x1b[1mbold\x1b[22m ${link} end`;
  expect(clip(line, 80)).toBe(line);
  expect(clip(line, 7)).toBe(`\x1b[1mbold\x1b[22m ${fileLink('t…', '/a/b')}`);
  expect(clip(line, 3)).toBe(`\x1b[1mbo…\x1b[22m${fileLink('', '/a/b')}`);
});

test('the end of a path tells more than its beginning', () => {
  expect(fitEnd('/home/user/project/.dispatch', 14)).toBe('…ect/.dispatch');
  expect(fitEnd('short', 14)).toBe('short');
});
