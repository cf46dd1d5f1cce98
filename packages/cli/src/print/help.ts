import { grammarOf } from '../arguments/parse.ts';
import { valuedOptions } from '../arguments/options.ts';
import type { CommandClass } from '../commands/command.ts';
import type { Page } from '../output/output.ts';
import { padTo, widthOf } from './width.ts';
import { wrap } from './wrap.ts';

interface Shown {
  data: unknown;
  text: (page: Page) => string[];
}

const globals: [string, string][] = [
  ['--json', 'one JSON document on stdout'],
  ['--root PATH', 'the store; default DISPATCH_ROOT, or .dispatch in the working folder'],
  ['-h, --help', 'help on a command'],
  ['-V, --version', 'the version'],
];

/** Every command, or those whose first word is `group`, by category. */
async function overview(group: string | null = null): Promise<Shown> {
  const { loadCommands } = await import('../commands/index.ts');
  const commands = (await loadCommands())
    .map((one) => ({
      ...grammarOf(one),
      category: one.usage?.category ?? '',
      description: one.usage?.description ?? '',
    }))
    .filter(({ word }) => group === null || word.startsWith(`${group} `));
  const categories = [...new Set(commands.map(({ category }) => category))];
  return {
    data: {
      commands: commands.map(({ word, form, category, description }) => ({
        command: word,
        form,
        category,
        description,
      })),
    },
    text: ({ style, width }) => [
      'Hands a task to a coding agent and keeps it.',
      '',
      `dispatch ${group === null ? '' : `${group} `}COMMAND [options]`,
      ...categories.flatMap((category) => [
        '',
        style.bold(category),
        ...pairs(
          commands
            .filter((one) => one.category === category)
            .map(({ word, description }) => [word, description]),
          width,
        ),
      ]),
      '',
      style.bold('Everywhere'),
      ...pairs(globals, width),
    ],
  };
}

/** On everything, on the commands of one first word, or on one command. Throws UsageError `unknown_command`. */
export async function helpFor(command: string | null): Promise<Shown> {
  const { commandOf, subCommandsOf } = await import('../commands/index.ts');
  if (command === null || subCommandsOf(command).length > 0) return overview(command);
  return helpOn(await commandOf(command));
}

/** One command: form, options, examples. */
function helpOn(commandClass: CommandClass): Shown {
  const { word, form, options } = grammarOf(commandClass);
  const { description = '', details = '', examples = [] } = commandClass.usage ?? {};
  const rows = options.map(({ names, takesValue, description: what }): [string, string] => [
    names.join(', ') + (takesValue ? ` ${valuedOptions[names.at(-1)!] ?? ''}` : ''),
    what,
  ]);
  return {
    data: {
      command: word,
      form,
      description,
      details,
      options: options.map(({ names, takesValue, description: what }) => ({
        names,
        takes_value: takesValue,
        description: what,
      })),
      examples,
    },
    text: ({ style, width }) => [
      ...wrap(form, width, 4),
      '',
      ...wrap(capital(description), width),
      ...(details === '' ? [] : ['', ...paragraphs(details, width)]),
      '',
      style.bold('Options'),
      ...pairs([...rows, ...globals.slice(0, 2)], width),
      ...(examples.length === 0 ? [] : ['', style.bold('Examples')]),
      ...examples.flatMap(([what, command]) => [`  ${style.dim(`# ${what}`)}`, `  ${command}`]),
    ],
  };
}

/** Names, and what they mean beside them; in a narrow terminal below. */
function pairs(rows: readonly (readonly [string, string])[], width: number): string[] {
  const names = Math.max(...rows.map(([name]) => widthOf(name))) + 4;
  if (width < names + leastWords)
    return rows.flatMap(([name, what]) => [`  ${name}`, ...wrap(`      ${what}`, width, 6)]);
  return rows.flatMap(([name, what]) => wrap(`${padTo(`  ${name}`, names)}${what}`, width, names));
}

const leastWords = 24;

/** Lines as they were written where there is room; else those that go on in the next are joined with it and broken anew. */
function paragraphs(text: string, width: number): string[] {
  const lines = text.split('\n');
  if (lines.every((line) => widthOf(line) <= width)) return lines;
  return text
    .replace(/(?<![.:])\n/g, ' ')
    .split('\n')
    .flatMap((line) => wrap(line, width));
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
