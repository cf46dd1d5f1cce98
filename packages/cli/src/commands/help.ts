import { Option } from '../arguments/clipanion.ts';
import { helpFor } from '../print/help.ts';
import { DispatchCommand } from './command.ts';

export class HelpCommand extends DispatchCommand {
  static override paths = [['help']];
  static override usage = { category: 'Care', description: 'this, or help on one command' };

  words = Option.Rest({ name: 'command' });

  override async execute(): Promise<number> {
    const { data, text } = await helpFor(this.words.length === 0 ? null : this.words.join(' '));
    this.context.output.result(data, text);
    return 0;
  }
}
