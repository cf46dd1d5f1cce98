import { Option } from '../arguments/clipanion.ts';
import { candidatesFor } from '../complete/candidates.ts';
import { DispatchCommand } from './command.ts';

/** Called by the scripts of `completion`. */
export class CompleteCommand extends DispatchCommand {
  static override paths = [['complete']];
  static override agentArguments = true;
  static override usage = {
    category: 'Hidden',
    description: 'what can stand in the place of the last word; shells ask',
  };

  words = Option.Rest({ name: 'words' });

  override async execute(): Promise<number> {
    const found = await candidatesFor(this.words, this.context);
    const data = { files: found === null, candidates: found ?? [] };
    this.context.output.result(data, () =>
      found === null ? [':files'] : found.map(({ value, description }) => `${value}\t${description}`),
    );
    return 0;
  }
}
