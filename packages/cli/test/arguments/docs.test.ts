// Every command that the docs and the help show can be typed as it stands there.
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { parseCommand } from '../../src/arguments/parse.ts';
import { splitArguments } from '../../src/arguments/split.ts';
import { withSubCommand } from '../../src/arguments/sub-command.ts';
import { loadCommand, loadCommands } from '../../src/commands/index.ts';
import { contextWith } from '../outside.ts';

const repository = join(import.meta.dirname, '../../../..');
const pages = [
  'README.md',
  'prompts/dispatcher.md',
  ...readdirSync(join(repository, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => relative(repository, join(repository, 'docs', name))),
];

/** Commands in fenced blocks: `dispatch …` at the beginning of a line, or behind a prompt. */
function commandsIn(page: string): string[] {
  const text = readFileSync(join(repository, page), 'utf8');
  const blocks = [...text.matchAll(/^```(?:sh|console|bash)\n([^]*?)^```$/gm)].map(([, block]) => block!);
  return blocks.flatMap((block) => [...block.matchAll(/^(?:\$ )?dispatch .*$/gm)].map(([line]) => line));
}

/** As a shell takes it, up to a comment or what the output is handed to; also from within another command. */
function wordsOf(line: string): string[] {
  const words: string[] = [];
  const own = line.slice(line.indexOf('dispatch'));
  const command = /[$<]\(dispatch/.test(line) ? own.replace(/\).*$/, '') : own;
  for (const [, double, single, bare] of command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)) {
    if (bare !== undefined && /^(#|\||>|&&|;|2>)/.test(bare)) break;
    words.push(double ?? single ?? bare!);
  }
  return words.slice(1);
}

async function takes(line: string): Promise<void> {
  const typed = withSubCommand(splitArguments(wordsOf(line)));
  if (typed.problem !== null) throw typed.problem;
  if (typed.help || typed.version || typed.command === null) return;
  const command = await loadCommand(typed.command);
  if (command === null) throw new Error(`there is no command ${typed.command}`);
  parseCommand(command, typed, contextWith());
}

test.for(
  pages.map((page) => ({ page, commands: commandsIn(page) })).filter(({ commands }) => commands.length > 0),
)('$page', async ({ commands }) => {
  for (const command of commands) await expect(takes(command), command).resolves.toBeUndefined();
});

test('the examples of the help', async () => {
  const examples = (await loadCommands()).flatMap(({ usage }) => usage?.examples ?? []);
  expect(examples.length).toBeGreaterThan(20);
  for (const [, command] of examples) await expect(takes(command), command).resolves.toBeUndefined();
});
