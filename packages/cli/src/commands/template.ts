import { planTemplates, shellWord } from '@dispatch/core';
import { Option } from '../arguments/clipanion.ts';
import { oneOfWords } from '../arguments/values.ts';
import { templateKinds } from '../arguments/words.ts';
import { writeTextOption } from '../input/output-file.ts';
import { commandPrefix } from '../print/next.ts';
import { DispatchCommand } from './command.ts';

export class TemplateCommand extends DispatchCommand {
  static override paths = [['template']];
  static override usage = {
    category: 'Tasks',
    description: 'a plan to fill in: what a worker must be told, and steps that it ticks off',
    examples: [['into a file', 'dispatch template --kind bugfix --output plan.md']] as [string, string][],
  };

  kind = Option.String('--kind', 'generic', {
    description: `${templateKinds.join(', ')}; default generic`,
    validator: oneOfWords(templateKinds),
  });
  file = Option.String('--output', { description: 'writes it there instead of printing it' });
  force = Option.Boolean('--force', false, { description: 'over a file that is there' });

  override async execute(): Promise<number> {
    const { output, cwd, root } = this.context;
    const { kind, file, force } = this;
    const body = planTemplates[kind];
    if (file === undefined) {
      output.result({ kind, body }, () => body.trimEnd().split('\n'));
      return 0;
    }
    const path = writeTextOption(cwd, file, '--output', { text: body, force });
    output.result({ kind, output_path: path, written: true }, ({ style }) => [
      `Wrote ${path}: fill in what stands in <angle brackets>`,
      `Next: ${style.bold(`${commandPrefix(root)} run --mode plan --from ${shellWord(file)}`)}`,
    ]);
    return 0;
  }
}
