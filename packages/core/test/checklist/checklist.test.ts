import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { looksLikePlan, parseChecklist, planState } from '../../src/checklist/index.ts';

const lines = (...all: string[]) => all.join('\n');
const texts = (text: string) => parseChecklist(text).items.map((item) => item.text);

describe('parseChecklist', () => {
  test('knows the five marks behind every kind of bullet, nested ones too', () => {
    const text = lines(
      '# Plan',
      '- [ ] a',
      '  * [x] b',
      '\t+ [X] c',
      '1. [>] d',
      '   12) [?] e',
      '        - [!] f ',
      '- [ ]',
    );
    expect(parseChecklist(text).items).toEqual([
      { mark: ' ', text: 'a', line: 2 },
      { mark: 'x', text: 'b', line: 3 },
      { mark: 'x', text: 'c', line: 4 },
      { mark: '>', text: 'd', line: 5 },
      { mark: '?', text: 'e', line: 6 },
      { mark: '!', text: 'f', line: 7 },
      { mark: ' ', text: '', line: 8 },
    ]);
  });

  test.each([
    '[ ] no bullet',
    '- [] a',
    '- [y] a',
    '- [x](link)',
    '-[ ] a',
    '> - [ ] quoted',
    'see - [ ] a',
    '- [ ]a',
  ])('takes %j for no item', (line) => {
    expect(texts(line)).toEqual([]);
  });

  test.each([
    ['backticks', ['```', '- [ ] no', '```', '- [ ] yes']],
    ['tildes', ['~~~ md', '- [ ] no', '~~~', '- [ ] yes']],
    [
      'a longer fence holds a shorter one',
      ['````md', '```', '- [ ] no', '```', '- [ ] no', '`````', '- [ ] yes'],
    ],
    ['the other character does not close', ['```', '~~~', '- [ ] no', '```', '- [ ] yes']],
    ['three columns of indentation', ['   ```', '- [ ] no', '   ```', '- [ ] yes']],
    ['text behind a run does not close', ['```', '``` no', '- [ ] no', '```', '- [ ] yes']],
    ['a closing run may be followed by spaces', ['```', '- [ ] no', '```  ', '- [ ] yes']],
    ['four columns open nothing', ['    ```', '- [ ] yes']],
    ['inline code opens nothing', ['```not a fence```', '- [ ] yes']],
    [
      'inside a nested item',
      ['1. a', '   - b', '', '       ```', '     - [ ] no', '       ```', '- [ ] yes'],
    ],
    ['behind a bullet', ['- ```', '  - [ ] no', '  ```', '- [ ] yes']],
    ['unclosed, ended with its list item', ['- a', '  ```', '  - [ ] no', '- [ ] yes']],
    ['unclosed, to the end', ['- [ ] yes', '', 'text', '```', '- [ ] no', '', '- [ ] no']],
    ['line ends of Windows', ['```\r', '- [ ] no\r', '```\r', '- [ ] yes\r']],
  ])('code: %s', (_name, text) => {
    expect(texts(lines(...text))).toEqual(['yes']);
  });

  test('never throws and names existing lines in order', () => {
    const piece = fc.constantFrom(
      '- [ ] a',
      '* [x]',
      '```',
      '~~~~',
      '  ',
      '\t',
      '\n',
      '\r\n',
      '1. ',
      '- ',
      '[!]',
      'z',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string())), (pieces) => {
        const text = pieces.join('');
        const found = parseChecklist(text).items.map((item) => item.line);
        expect(found).toEqual([...new Set(found)].sort((a, b) => a - b));
        expect(found.at(-1) ?? 0).toBeLessThanOrEqual(text.split(/\r\n|\n|\r/).length);
      }),
    );
  });

  test('is quick on a long hostile line', () => {
    const started = performance.now();
    parseChecklist(`${' '.repeat(200_000)}- [${' '.repeat(200_000)}`);
    parseChecklist('`'.repeat(200_000) + 'a`');
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('planState', () => {
  test.each([
    ['- [x] a\n- [x] b', 'complete', null],
    ['no items', 'no_items', null],
    ['', 'no_items', null],
    ['- [x] a\n- [>] b\n- [ ] c', 'incomplete', 'b'],
    ['- [ ] a\n- [?] b', 'blocked_item', 'b'],
    ['- [?] a\n- [!] b', 'failed_item', 'b'],
    ['- [x] a\n```\n- [!] no\n```', 'complete', null],
  ])('%j is %s', (text, state, item) => {
    const found = planState(text);
    expect([found.state, found.item?.text ?? null]).toEqual([state, item]);
  });
});

test('looksLikePlan goes by name or by an item outside code', () => {
  expect(looksLikePlan({ fileName: 'docs/PLAN.md', text: 'a brief' })).toBe(true);
  expect(looksLikePlan({ fileName: 'a.md', text: '- [ ] b' })).toBe(true);
  expect(looksLikePlan({ fileName: 'a.md', text: '```\n- [ ] b\n```' })).toBe(false);
  expect(looksLikePlan({ fileName: 'plan.md/a.txt', text: 'a brief' })).toBe(false);
});
