import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseChecklist, setMark, type Mark } from '../../src/checklist/index.ts';

const plan =
  '# Plan\r\n\r\n- [ ] Paint the door [ ] twice\r\n```\n- [ ] Paint no door\n```\n\t1. [>] Paint the frame\n- [ ] 3';

describe('setMark', () => {
  test.each([
    ['1', 'x', plan.replace('- [ ] Paint the door', '- [x] Paint the door')],
    ['Paint the door [ ] twice', '!', plan.replace('- [ ] Paint the door', '- [!] Paint the door')],
    ['FRAME', '?', plan.replace('[>]', '[?]')],
    ['2', '>', plan],
    // A text before a number: the third item is called so, and is the third.
    ['3', 'x', plan.replace('- [ ] 3', '- [x] 3')],
  ] as const)('%j becomes [%s], and nothing else changes', (wanted, mark, expected) => {
    expect(setMark(plan, wanted, mark)).toMatchObject({ kind: 'set', text: expected, item: { mark } });
  });

  test.each(['', '0', '4', 'no door', 'floor'])('%j is no item', (wanted) => {
    expect(setMark(plan, wanted, 'x')).toMatchObject({ kind: 'unknown', candidates: [{}, {}, {}] });
  });

  test('what fits several is not guessed at', () => {
    const set = setMark(plan, 'paint', 'x');
    expect(set).toMatchObject({ kind: 'ambiguous', candidates: [{ line: 3 }, { line: 7 }] });
  });

  test('of any text one character changes at most, and the item has the mark', () => {
    const line = fc.tuple(
      fc.constantFrom('- [ ] ', '* [x]\t', ' 3) [>] ', '', '```', '~~~', '[ ] ', '\t- [?] '),
      fc.string({ maxLength: 8 }),
    );
    const text = fc
      .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 12 })
      .map((all) => all.map(([[start, words], end]) => start + words + end).join(''));
    const mark = fc.constantFrom<Mark>(' ', '>', 'x', '?', '!');
    fc.assert(
      fc.property(text, mark, fc.nat(11), (before, wanted, at) => {
        const { items } = parseChecklist(before);
        const set = setMark(before, String(at + 1), wanted);
        if (set.kind !== 'set') return;
        const index = items.findIndex(({ line: one }) => one === set.item.line);
        expect(parseChecklist(set.text).items[index]).toEqual({ ...items[index], mark: wanted });
        expect(set.text).toHaveLength(before.length);
        const changed = [...before].filter((character, where) => character !== [...set.text][where]);
        expect(changed.length).toBeLessThanOrEqual(1);
      }),
    );
  });
});
