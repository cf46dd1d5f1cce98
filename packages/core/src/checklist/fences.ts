/** An open code fence; `container` is the column of the list item that it stands in, 0 outside of lists. */
interface Fence {
  character: string;
  length: number;
  container: number;
}

const tabWidth = 4;
const listMarker = /^(?:[-*+]|\d{1,9}[.)])(?=[ \t]|$)/;

function indentOf(line: string): { width: number; rest: string } {
  let width = 0;
  let at = 0;
  for (; line[at] === ' ' || line[at] === '\t'; at++) {
    width += line[at] === '\t' ? tabWidth - (width % tabWidth) : 1;
  }
  return { width, rest: line.slice(at) };
}

/**
 * Tells for the lines of a Markdown text, handed in one after the other, which belong to a fenced code block.
 * By CommonMark 0.31 (4.5): up to three columns of indentation relative to the list item it stands in, closed by at
 * least as many of the same character, by the end of that list item or by the end of the text.
 */
export class FenceReader {
  #open: Fence | null = null;
  /** The columns at which the contents of the list items around this line begin, outermost first. */
  #containers: number[] = [];

  isCode(line: string): boolean {
    const { width, rest } = indentOf(line);
    if (rest.trim() === '') return this.#open !== null;
    if (this.#open && width >= this.#open.container) {
      if (this.#closes(this.#open, width, rest)) this.#open = null;
      return true;
    }
    this.#open = null;
    this.#containers = this.#containers.filter((column) => column <= width);

    const marker = listMarker.exec(rest)?.[0];
    if (marker === undefined) return this.#opens(width, rest);
    const content = indentOf(rest.slice(marker.length));
    // Five or more spaces behind the marker are one space and indented code (CommonMark 5.2).
    const gap = content.width > tabWidth ? 1 : Math.max(content.width, 1);
    this.#containers.push(width + marker.length + gap);
    return this.#opens(width + marker.length + content.width, content.rest);
  }

  #opens(width: number, rest: string): boolean {
    const container = this.#containers.at(-1) ?? 0;
    const run = /^(?:`{3,}(?=[^`]*$)|~{3,})/.exec(rest)?.[0];
    if (run === undefined || width - container > 3) return false;
    this.#open = { character: run.charAt(0), length: run.length, container };
    return true;
  }

  #closes(fence: Fence, width: number, rest: string): boolean {
    if (width - fence.container > 3) return false;
    const text = rest.trimEnd();
    return text.length >= fence.length && [...text].every((character) => character === fence.character);
  }
}
