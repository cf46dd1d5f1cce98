/* eslint-disable no-control-regex */
// What a terminal acts on, or what makes a text look like another: C0 but tab and newline, DEL, C1, separators of
// lines, marks that turn the direction, spaces without width (U+200D stays: it joins emoji), tags.
const dangerous =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
const loneSurrogate = /\p{Cs}/gu;

/** Text of others (agents, workers, titles) with everything that a terminal would act on made visible; keeps lines. */
export function harmlessText(text: string): string {
  return text
    .replace(/\r\n/g, '\n')
    .replace(/\t/g, '    ')
    .replace(dangerous, visible)
    .replace(loneSurrogate, '\ufffd');
}

/** The same as one line. */
export function harmlessLine(text: string): string {
  return harmlessText(text.replace(/[\r\n\u2028\u2029]+/g, ' '))
    .replace(/ {2,}/g, ' ')
    .trim();
}

/** Control characters as their pictures (U+2400 and following), all else by number. */
function visible(character: string): string {
  const code = character.codePointAt(0)!;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}
