import { dispatcherPrompt, workerTemplate } from '@dispatch/core';
import { Option } from '../arguments/clipanion.ts';
import { oneOfWords } from '../arguments/values.ts';
import { promptsFor } from '../arguments/words.ts';
import { DispatchCommand } from './command.ts';

const texts = { dispatcher: dispatcherPrompt, worker: workerTemplate } as const;

export class PromptCommand extends DispatchCommand {
  static override paths = [['prompt']];
  static override usage = {
    category: 'Agents',
    description: 'what an agent is told: one that dispatches (`dispatcher`), or one that works (`worker`)',
    details:
      'The first is for the instructions of your own agent. Of the second each worker gets what its task needs;\n' +
      'what stands in braces is filled in then.',
    examples: [['teach an agent to dispatch', 'dispatch prompt dispatcher >> AGENTS.md']] as [
      string,
      string,
    ][],
  };

  whose = Option.String({ name: 'dispatcher|worker', validator: oneOfWords(promptsFor) });

  override async execute(): Promise<number> {
    const { whose } = this;
    const body = texts[whose];
    this.context.output.result({ whose, body }, () => body.trimEnd().split('\n'));
    return 0;
  }
}
