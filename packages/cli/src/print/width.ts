// East Asian wide and fullwidth blocks (Unicode 16, EastAsianWidth.txt), coarse where whole blocks are wide.
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18cff],
  [0x1aff0, 0x1b2ff],
  [0x1f200, 0x1f2ff],
  [0x20000, 0x3fffd],
];
const emoji = /^\p{Emoji_Presentation}|\ufe0f/u;
const noWidth = /^[\p{Mn}\p{Me}\p{Cf}]/u;
const plain = /^[\x20-\x7e]*$/;

let segmenter: Intl.Segmenter | null = null;

/** What the eye takes for one character, each. */
function graphemes(text: string): string[] {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function widthOfGrapheme(grapheme: string): number {
  if (emoji.test(grapheme)) return 2;
  const code = grapheme.codePointAt(0)!;
  if (wide.some(([from, to]) => code >= from && code <= to)) return 2;
  return noWidth.test(grapheme) ? 0 : 1;
}

/** Columns that a harmless line without styles takes in a terminal. */
export function widthOf(text: string): number {
  if (plain.test(text)) return text.length;
  let width = 0;
  for (const grapheme of graphemes(text)) width += widthOfGrapheme(grapheme);
  return width;
}

/** The text in pieces of at most `columns` (of two at least, so that each character fits). */
export function pieces(text: string, columns: number): string[] {
  const room = Math.max(2, columns);
  const done: string[] = [];
  let piece = '';
  let width = 0;
  for (const grapheme of graphemes(text)) {
    const next = width + widthOfGrapheme(grapheme);
    if (next > room) done.push(piece);
    piece = next > room ? grapheme : piece + grapheme;
    width = next > room ? widthOfGrapheme(grapheme) : next;
  }
  return [...done, piece];
}

/** The line, cut with `…` where it takes more than `columns`. */
export function fit(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const grapheme of graphemes(text)) {
    const next = width + widthOfGrapheme(grapheme);
    if (next > columns - 1) break;
    kept += grapheme;
    width = next;
  }
  return columns < 1 ? '' : `${kept.trimEnd()}…`;
}

/** The same with its end kept. */
export function fitEnd(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const grapheme of graphemes(text).toReversed()) {
    const next = width + widthOfGrapheme(grapheme);
    if (next > columns - 1) break;
    kept = grapheme + kept;
    width = next;
  }
  return columns < 1 ? '' : `…${kept.trimStart()}`;
}

// eslint-disable-next-line no-control-regex -- our own styles and links
const sequence = /(\x1b\[[\d;]*m|\x1b\]8;;[^\x1b]*\x1b\\)/;

/** A line with styles and links in it, cut to `columns`; none of them is lost, so that what is begun is ended. */
export function clip(line: string, columns: number): string {
  const parts = line.split(sequence);
  let left = columns;
  return parts
    .map((part, at) => {
      if (at % 2 === 1) return part;
      const cut = left < 1 && part !== '' ? '' : fit(part, left);
      left = cut === part ? left - widthOf(part) : 0;
      return cut;
    })
    .join('');
}

export function padTo(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}
