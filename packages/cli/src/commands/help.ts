import { suggestName, UsageError } from '@dispatch/core';
import { Option } from '../arguments/clipanion.ts';
import { helpOn, overview } from '../print/help.ts';
import { DispatchCommand } from './command.ts';
import { commandNames, loadCommand } from './index.ts';

export class HelpCommand extends DispatchCommand {
  static override paths = [['help']];
  static override usage = { category: 'Care', description: 'this, or help on one command' };

  word = Option.String({ name: 'command', required: false });

  override async execute(): Promise<number> {
    const { data, text } =
      this.word === undefined ? await overview() : helpOn(await this.#commandClass(this.word));
    this.context.output.result(data, text);
    return 0;
  }

  async #commandClass(word: string) {
    const found = await loadCommand(word);
    if (found !== null) return found;
    throw new UsageError(
      'unknown_command',
      `there is no command ${JSON.stringify(word)}`,
      suggestName(word, commandNames),
    );
  }
}
