import { Option } from '../arguments/clipanion.ts';
import { oneOfWords } from '../arguments/values.ts';
import { shells } from '../arguments/words.ts';
import { completionScripts } from '../complete/scripts.ts';
import { DispatchCommand } from './command.ts';

export class CompletionCommand extends DispatchCommand {
  static override paths = [['completion']];
  static override usage = {
    category: 'Care',
    description: 'a script by which your shell completes commands, options, tasks, agents and models',
    examples: [
      ['bash, in ~/.bashrc', 'source <(dispatch completion bash)'],
      ['zsh, in ~/.zshrc behind compinit', 'source <(dispatch completion zsh)'],
      ['fish', 'dispatch completion fish > ~/.config/fish/completions/dispatch.fish'],
    ] as [string, string][],
  };

  shell = Option.String({ name: 'bash|zsh|fish', validator: oneOfWords(shells) });

  override async execute(): Promise<number> {
    const { shell } = this;
    const script = completionScripts[shell];
    this.context.output.result({ shell, script }, () => script.trimEnd().split('\n'));
    return 0;
  }
}
