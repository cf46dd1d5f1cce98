export type Style = Readonly<Record<'bold' | 'dim' | 'red' | 'green' | 'magenta', (text: string) => string>>;

// Of the terminal's own colours those that can be read on a dark and on a light ground; yellow and blue cannot
// (docs/terminal.md). No meaning hangs on a colour alone.
const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  magenta: [35, 39],
} as const;

/** Functions that put a text into a colour, or leave it as it is. */
export function styleOf(color: boolean): Style {
  const entries = Object.entries(codes).map(([name, [on, off]]) => [
    name,
    (text: string) => (color && text !== '' ? `\x1b[${on}m${text}\x1b[${off}m` : text),
  ]);
  return Object.fromEntries(entries) as Style;
}
