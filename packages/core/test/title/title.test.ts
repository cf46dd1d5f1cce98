import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deriveTitle, preview } from '../../src/title/index.ts';

const anyText = fc.string({ unit: 'binary' });
const surrogates = fc.array(
  fc.constantFrom('\ud83d', '\ude00', 'a', '"', '\\', '\n', '\u0001', 'é', '€', '😀', '\u007f'),
);

describe('deriveTitle', () => {
  test.each([
    ['Fix the login\n\nmore', 'Fix the login'],
    ['\n\n  ## Fix   the\tlogin ', 'Fix the login'],
    ['---\n```ts\n<!-- note -->\n- [ ] First step', 'First step'],
    ['> 1. Do it', 'Do it'],
    ['\u001b[31mred\u001b[0m alert\u0007', 'red alert'],
    ['\ufeffHello\u202eworld', 'Hello world'],
    ['a\ud83d', 'a\ufffd'],
    ['🚀', '🚀'],
    ['', 'Untitled task'],
    [' \n\u0000\n', 'Untitled task'],
    ['# ', '#'],
    ['#123 is broken', '#123 is broken'],
  ])('%j gives %j', (prompt, title) => {
    expect(deriveTitle(prompt)).toBe(title);
  });

  test('cuts a long line with an ellipsis, between graphemes', () => {
    expect(deriveTitle('x'.repeat(72))).toBe('x'.repeat(72));
    expect(deriveTitle('x'.repeat(73))).toBe(`${'x'.repeat(71)}…`);
    const family = '👨‍👩‍👧‍👦';
    expect(deriveTitle(`go ${family.repeat(20)}`)).toBe(`go ${family.repeat(9)}…`);
    expect([...deriveTitle(`e${'\u0301'.repeat(500)}`)]).toHaveLength(72);
  });

  test('is never empty, too long, or unfit to print', () => {
    const text = fc.oneof(
      anyText,
      fc.string(),
      surrogates.map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (prompt) => {
        const title = deriveTitle(prompt);
        expect(title).toMatch(/\S/);
        expect([...title].length).toBeLessThanOrEqual(72);
        expect(title).not.toMatch(/[\p{Cc}\p{Cs}]/u);
      }),
    );
  });

  test('is quick on a prompt of a megabyte', () => {
    const started = performance.now();
    deriveTitle('x '.repeat(500_000));
    deriveTitle('- '.repeat(500_000));
    deriveTitle(`${'---\n'.repeat(250_000)}a`);
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

describe('preview', () => {
  const size = (text: string) => Buffer.byteLength(JSON.stringify(text)) - 2;

  test('is the longest beginning that fits', () => {
    const text = fc.oneof(
      anyText,
      surrogates.map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 40 }), (whole, most) => {
        const beginning = preview(whole, most);
        expect(whole.startsWith(beginning)).toBe(true);
        expect(size(beginning)).toBeLessThanOrEqual(most);
        if (beginning === whole) return;
        const next = String.fromCodePoint(whole.codePointAt(beginning.length)!);
        expect(size(beginning + next)).toBeGreaterThan(most);
      }),
      { numRuns: 1000 },
    );
  });

  test('does not split a pair', () => {
    expect(preview('a😀', 4)).toBe('a');
    expect(preview('a😀', 5)).toBe('a😀');
  });
});
