const longestTitle = 72;
const fallback = 'Untitled task';

// Escape sequences of terminals whole, so that their letters do not stay behind.
const terminalSequence = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?)/g; // eslint-disable-line no-control-regex
// Controls, separators of lines, marks that turn the direction of what follows, spaces without width.
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/gu;
const loneSurrogate = /\p{Cs}/gu;
const markup = /^(?:(?:#{1,6}|>|[-*+]|\d{1,9}[.)])\s+|\[[ >xX?!]\]\s+)+/;
const fenceOrComment = /^(?:```|~~~|<!--)/;

/**
 * A title of at most 72 code points for a prompt: its first line that says something, without Markdown's marks,
 * white space made single, cut between graphemes with `…`. Never empty, no control characters.
 */
export function deriveTitle(prompt: string): string {
  let otherwise = '';
  for (const line of linesOf(prompt)) {
    const text = clean(line);
    if (text === '') continue;
    otherwise ||= text;
    if (!fenceOrComment.test(text) && (/[A-Za-z0-9]/.test(text) || /[\p{L}\p{N}]/u.test(text)))
      return shorten(text.replace(markup, ''));
  }
  return shorten(otherwise) || fallback;
}

function* linesOf(text: string): Generator<string> {
  // Only the beginning of a line can come into a title.
  for (const line of text.matchAll(/[^\r\n]+/g)) yield line[0].trimStart().slice(0, 2000);
}

const plain = /^[\x20-\x7e]*$/;

function clean(line: string): string {
  // Patterns of Unicode's properties cost their first use half a millisecond.
  if (plain.test(line)) return line.replace(/ +/g, ' ').trim();
  return line
    .replace(terminalSequence, '')
    .replace(unprintable, ' ')
    .replace(loneSurrogate, '\ufffd')
    .replace(/\s+/gu, ' ')
    .trim();
}

function shorten(text: string): string {
  if ([...text].length <= longestTitle) return text;
  let kept = '';
  let length = 0;
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    length += [...segment].length;
    if (length >= longestTitle) break;
    kept += segment;
  }
  // A single grapheme may be longer than a title.
  kept ||= [...text].slice(0, longestTitle - 1).join('');
  return `${kept.trimEnd()}…`;
}
