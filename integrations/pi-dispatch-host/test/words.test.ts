import { expect, test } from 'vitest';
import { quoteWord, splitWords } from '../src/words.ts';

test.each([
  ['', []],
  ['  list  ', ['list']],
  ['a "b c" \'d e\'', ['a', 'b c', 'd e']],
  ['a"b c"d', ['ab cd']],
  ['""', ['']],
  [String.raw`a\ b \'c`, ['a b', "'c"]],
  [String.raw`"say \"hi\" \n"`, [String.raw`say "hi" \n`]],
  [String.raw`'back\slash'`, [String.raw`back\slash`]],
  ['two\nlines', ['two', 'lines']],
])('%j is the words %j', (typed, words) => {
  expect(splitWords(typed)).toEqual(words);
});

test.each(["don't", '--title "Paint', "'"])('%j has a quote that is not closed', (typed) => {
  expect(() => splitWords(typed)).toThrow(/the quote that begins at .* is not closed/);
});

test.each(['plain', 'two words', `it's "so" \\ so`, ''])('%j is quoted as one word', (text) => {
  expect(splitWords(quoteWord(text))).toEqual([text]);
});
