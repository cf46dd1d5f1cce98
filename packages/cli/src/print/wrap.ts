import { pieces, widthOf } from './width.ts';

/**
 * The text in lines of at most `width` columns, broken at spaces, and within what has none and is longer; each line but
 * the first begins with `indent` spaces.
 */
export function wrap(text: string, width: number, indent = 0): string[] {
  if (widthOf(text) <= width) return [text];
  const begin = ' '.repeat(indent);
  const lines: string[] = [];
  let line = '';
  // Each word with the spaces before it: those at the beginning of a text are kept.
  for (const [word] of text.trimEnd().matchAll(/ *[^ ]+/g)) {
    const isFirst = line.trim() === '';
    if (!isFirst && widthOf(line + word) > width) {
      lines.push(line);
      line = begin + word.trimStart();
    } else line += word;
    if (widthOf(line) <= width) continue;
    const cut = pieces(line, width);
    line = cut.pop() ?? '';
    lines.push(...cut);
  }
  return [...lines, line];
}
