import { Option } from '../arguments/clipanion.ts';
import { loadRuntime } from '../library.ts';
import { commandPrefix } from '../print/next.ts';
import { DispatchCommand } from './command.ts';

export class InitCommand extends DispatchCommand {
  static override paths = [['init']];
  static override usage = {
    category: 'Care',
    description: 'makes the store (`run` does that, too)',
    examples: [['beside the code', 'dispatch init'] as [string, string]],
  };

  force = Option.Boolean('--force', false, { description: 'on a network file system, too' });

  override async execute(): Promise<number> {
    const { output, root: typedRoot } = this.context;
    const { runtime, surroundings } = await loadRuntime(this.context);
    const { root, created } = runtime.initRoot(surroundings, { force: this.force });
    output.result({ root, created }, ({ style }) => [
      created ? `Made the store ${root}` : `The store ${root} is there already`,
      `Next: ${style.bold(`${commandPrefix(typedRoot)} run --prompt "…"`)}`,
    ]);
    return 0;
  }
}
