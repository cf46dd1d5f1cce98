import { Refusal } from './refusal.ts';

export interface Word {
  text: string;
  /** Whether it began with a quote: then it is text, whatever it looks like. */
  isQuoted: boolean;
  /** Where it begins, and the first place behind it. */
  from: number;
  to: number;
}

/**
 * The next word from `at` on, quoted as in a shell: all between single quotes as it stands, between double quotes with
 * `\"` and `\\`, elsewhere a backslash takes the meaning of what follows. Null where there is none. Throws Refusal where
 * a quote is not closed.
 */
export function nextWord(typed: string, at: number): Word | null {
  let to = at + /^\s*/.exec(typed.slice(at))![0].length;
  if (to === typed.length) return null;
  const from = to;
  let text = '';
  while (to < typed.length && !/\s/.test(typed[to]!)) {
    const character = typed[to]!;
    if (character === "'" || character === '"') {
      const quoted = readQuoted(typed, to);
      text += quoted.text;
      to = quoted.to;
    } else if (character === '\\' && to + 1 < typed.length) {
      text += typed[to + 1];
      to += 2;
    } else {
      text += character;
      to += 1;
    }
  }
  return { text, isQuoted: /['"]/.test(typed[from]!), from, to };
}

/** All words. Throws Refusal as `nextWord`. */
export function splitWords(typed: string): string[] {
  const words: string[] = [];
  for (let word = nextWord(typed, 0); word !== null; word = nextWord(typed, word.to)) words.push(word.text);
  return words;
}

/** As one word of a line that is read as above. */
export function quoteWord(text: string): string {
  return /^[^\s'"\\]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function readQuoted(typed: string, from: number): { text: string; to: number } {
  const quote = typed[from]!;
  let text = '';
  for (let at = from + 1; at < typed.length; at += 1) {
    const character = typed[at]!;
    if (character === quote) return { text, to: at + 1 };
    const next = typed[at + 1];
    if (quote === '"' && character === '\\' && (next === '"' || next === '\\')) {
      text += next;
      at += 1;
    } else text += character;
  }
  const beginning = typed.slice(from, from + 20);
  throw new Refusal(
    `the quote that begins at ${beginning} is not closed`,
    `Close it with ${quote}, write \\${quote} where none is meant, or put -- before a text that is to stay as it is.`,
  );
}
