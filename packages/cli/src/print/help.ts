import { grammarOf } from '../arguments/parse.ts';
import { valuedOptions } from '../arguments/options.ts';
import type { CommandClass } from '../commands/command.ts';
import type { Page } from '../output/output.ts';
import { padTo, widthOf } from './width.ts';

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
    text: ({ style }) => [
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
        ),
      ]),
      '',
      style.bold('Everywhere'),
      ...pairs(globals),
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
    text: ({ style }) => [
      form,
      '',
      capital(description),
      ...(details === '' ? [] : ['', ...details.split('\n')]),
      '',
      style.bold('Options'),
      ...pairs([...rows, ...globals.slice(0, 2)]),
      ...(examples.length === 0 ? [] : ['', style.bold('Examples')]),
      ...examples.flatMap(([what, command]) => [`  ${style.dim(`# ${what}`)}`, `  ${command}`]),
    ],
  };
}

function pairs(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => widthOf(name)));
  return rows.map(([name, what]) => `  ${padTo(name, width)}  ${what}`);
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
