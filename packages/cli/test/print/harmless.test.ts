import { expect, test } from 'vitest';
import { harmlessLine, harmlessText } from '../../src/print/harmless.ts';

test('a terminal finds nothing to act on', () => {
  const all = Array.from({ length: 0x3000 }, (_, code) => String.fromCodePoint(code)).join('');
  const shown = harmlessText(all);
  // Everything but the newline that prints nothing by itself, or turns the direction of what follows.
  expect(shown.replace(/\n/g, '')).not.toMatch(
    /[\p{Cc}\p{Zl}\p{Zp}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069]/u,
  );
});

test.each([
  ['\u001b]0;title\u0007', '␛]0;title␇'],
  ['a\r\nb', 'a\nb'],
  ['over\rwritten', 'over␍written'],
  ['a\tb', 'a    b'],
  ['\u009b31m', '<U+009B>31m'],
  ['abc\u202edcba', 'abc<U+202E>dcba'],
  ['\ud800x', '\ufffdx'],
  ['👩‍💻 日本 é', '👩‍💻 日本 é'],
])('%j is shown as %j', (text, shown) => {
  expect(harmlessText(text)).toBe(shown);
});

test('a line stays one', () => {
  expect(harmlessLine('  a\nb\r\n\u2028 c  ')).toBe('a b c');
});
