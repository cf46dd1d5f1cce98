import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter, maxLineBytes } from '../../src/transcript/line-splitter.ts';
import { cut } from '../recordings.ts';

function linesOf(
  pieces: readonly Uint8Array[],
  position = 0,
): (readonly [number, string] | readonly [number, number])[] {
  const lines: (readonly [number, string] | readonly [number, number])[] = [];
  const splitter = new LineSplitter(
    {
      line: (bytes, start, end, at) => lines.push([at, bytes.toString('latin1', start, end)]),
      tooLong: (at, length) => lines.push([at, length]),
    },
    position,
  );
  for (const piece of pieces) {
    // The reader's buffer is used again after each push.
    const reused = Buffer.from(piece);
    splitter.push(reused);
    reused.fill(0x23);
  }
  splitter.end();
  return lines;
}

describe('LineSplitter', () => {
  it('gives the same lines wherever the bytes are cut', () => {
    const byte = fc.oneof(fc.constant(0x0a), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(
        fc.array(byte, { maxLength: 200 }),
        fc.array(fc.nat()),
        fc.nat(1000),
        (bytes, places, position) => {
          const whole = Buffer.from(bytes);
          const texts = whole.toString('latin1').split('\n');
          if (texts.at(-1) === '') texts.pop();
          let at = position;
          const expected = texts.map((text) => {
            const line = [at, text] as const;
            at += text.length + 1;
            return line;
          });
          expect(linesOf(cut(whole, places), position)).toEqual(expected);
        },
      ),
    );
  });

  it('knows no newline but the newline', () => {
    expect(linesOf([Buffer.from('a\u2028b\rc\n')]).length).toBe(1);
  });

  it('passes over a line that is too long, in one piece or in many', () => {
    const exact = Buffer.alloc(maxLineBytes, 'a');
    const after = Buffer.from('\nb\n');
    const expected = [
      [0, maxLineBytes + 1],
      [maxLineBytes + 2, 'b'],
    ];
    expect(linesOf([Buffer.concat([exact, Buffer.from('a'), after])])).toEqual(expected);
    expect(linesOf([exact, Buffer.from('a'), after])).toEqual(expected);
    expect(linesOf([exact, after]).map(([at]) => at)).toEqual([0, maxLineBytes + 1]);
  });

  it('holds nothing of a line that is too long', () => {
    const megabyte = Buffer.alloc(1024 * 1024, 'a');
    const tooLong: number[] = [];
    const splitter = new LineSplitter({ line: () => {}, tooLong: (_at, length) => tooLong.push(length) }, 0);
    const before = process.memoryUsage().arrayBuffers;
    for (let count = 0; count < 256; count++) splitter.push(megabyte);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * maxLineBytes);
    splitter.end();
    expect(tooLong).toEqual([256 * 1024 * 1024]);
  });
});
