import { realpathSync } from 'node:fs';
import { UsageError } from '@dispatch/core';
import { grammarOf, parseCommand } from './arguments/parse.ts';
import { splitArguments, type Typed } from './arguments/split.ts';
import { withSubCommand } from './arguments/sub-command.ts';
import { commandNames, commandOf } from './commands/index.ts';
import type { CommandClass } from './commands/command.ts';
import { contextOf, type Outside } from './context.ts';
import { Output } from './output/output.ts';
import { thisProcess } from './output/this-process.ts';

/** The program, as this process was started. */
export function runProgram(): Promise<number> {
  return main(process.argv.slice(2), thisProcess(realpathSync(process.argv[1]!)));
}

/**
 * Runs one command and returns the exit status of the program; what went wrong has been shown. `OutputClass`: where what
 * is to be shown goes.
 */
export async function main(
  argv: readonly string[],
  outside: Outside,
  OutputClass: typeof Output = Output,
): Promise<number> {
  const typed = withSubCommand(splitArguments(argv));
  const output = new OutputClass(outside, typed.json, typed.root);
  try {
    return await runCommand(typed, outside, output);
  } catch (error) {
    try {
      return output.failure(error);
    } catch {
      // Not even the error could be written.
      return 5;
    }
  }
}

async function runCommand(typed: Typed, outside: Outside, output: Output): Promise<number> {
  if (typed.problem !== null) throw typed.problem;
  if (typed.version) {
    const { version } = await import('./version.ts');
    output.result({ version }, () => [version]);
    return 0;
  }
  if (typed.help || typed.command === null) return showHelp(typed, output);
  const commandClass = await commandOf(typed.command);
  const context = contextOf({ outside, output, root: typed.root, json: typed.json });
  try {
    return await parseCommand(commandClass, typed, context).execute();
  } catch (error) {
    throw withForm(error, commandClass);
  }
}

/** What was mistyped is told with how it is typed; what is wrong in a file is not. */
function withForm(error: unknown, commandClass: CommandClass): unknown {
  if (!(error instanceof UsageError) || /^(host_)?config_/.test(error.code)) return error;
  const hint = error.hint ?? '';
  if (hint.includes('Form: ')) return error;
  const sentence = hint === '' ? '' : `${hint.replace(/(?<![.!?])$/, '.')} `;
  return new UsageError(error.code, error.message, `${sentence}Form: ${grammarOf(commandClass).form}`, {
    cause: error,
  });
}

async function showHelp({ command, help, json }: Typed, output: Output): Promise<number> {
  if (!help && json)
    throw new UsageError('missing_command', 'no command is given', `Commands: ${commandNames.join(', ')}.`);
  const { helpFor } = await import('./print/help.ts');
  const { text, data } = await helpFor(command);
  output.result(data, text);
  return command === null && !help ? 2 : 0;
}
