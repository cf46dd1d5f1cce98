import { widthOf } from './width.ts';

/** The text in lines of at most `width` columns, broken at spaces; each line but the first begins with `indent` spaces. */
export function wrap(text: string, width: number, indent = 0): string[] {
  if (widthOf(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.trimEnd().split(/(?<=\S)(?= )/)) {
    if (line.trim() !== '' && widthOf(line + word) > width) {
      lines.push(line);
      line = ' '.repeat(indent) + word.trimStart();
    } else line += word;
  }
  return [...lines, line];
}
