import { EnvironmentError } from '@dispatch/core';
import { Option } from '../arguments/clipanion.ts';
import { openLibrary } from '../library.ts';
import { harmlessLine } from '../print/harmless.ts';
import { DispatchCommand } from './command.ts';

export class OpenCommand extends DispatchCommand {
  static override paths = [['open']];
  static override usage = {
    category: 'Look',
    description: 'opens the folder of a task',
    details: 'With --json, or where stdout is no terminal, the path is printed and nothing is opened.',
    examples: [['in a shell', 'cd "$(dispatch open @last --print)"']] as [string, string][],
  };

  task = Option.String({ name: 'id' });
  print = Option.Boolean('--print', false, { description: 'prints the path instead' });

  override async execute(): Promise<number> {
    const { output, outside } = this.context;
    const { dispatcher, idOf } = await openLibrary(this.context);
    const path = dispatcher.store.taskDir(idOf(this.task));
    const opens = !this.print && !output.json && outside.terminal().interactive;
    if (opens) await openFolder(path);
    output.result({ path, opened: opens }, () => [harmlessLine(path)]);
    return 0;
  }
}

/** Throws EnvironmentError `no_opener`. */
async function openFolder(path: string): Promise<void> {
  const { execa } = await import('execa');
  const program = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const { failed, shortMessage } = await execa(program, [path], {
    reject: false,
    stdio: 'ignore',
    timeout: 10_000,
  });
  if (failed)
    throw new EnvironmentError(
      'no_opener',
      `${path} could not be opened: ${shortMessage ?? program}`,
      'Add --print to have its path.',
    );
}
