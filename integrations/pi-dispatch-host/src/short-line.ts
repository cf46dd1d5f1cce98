import { harmlessLine } from '../../../packages/cli/src/print/harmless.ts';

/** Text of workers and files as one harmless line of at most so many characters. */
export function shortLine(text: string, most = 200): string {
  const characters = Array.from(harmlessLine(text));
  return characters.length <= most ? characters.join('') : `${characters.slice(0, most - 1).join('')}…`;
}
