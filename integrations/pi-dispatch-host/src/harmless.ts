/* eslint-disable no-control-regex -- what a terminal acts on, or what makes a text look like another */
const dangerous =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** Text of workers and files with nothing in it that a terminal acts on; keeps lines. */
export function harmlessText(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(/\t/g, '    ').replace(dangerous, '\ufffd');
}

/** The same as one line of at most so many characters. */
export function harmlessLine(text: string, most = 200): string {
  const line = harmlessText(text).replace(/\s+/g, ' ').trim();
  const characters = Array.from(line);
  return characters.length <= most ? line : `${characters.slice(0, most - 1).join('')}…`;
}
