import { loadRuntime } from '../../library.ts';
import { harmlessLine } from '../../print/harmless.ts';
import { DispatchCommand } from '../command.ts';

export class ConfigPathCommand extends DispatchCommand {
  static override paths = [['config', 'path']];
  static override usage = {
    category: 'Configuration',
    description: 'where your config is, and that of the store, which lies over it',
  };

  override async execute(): Promise<number> {
    const { runtime, surroundings } = await loadRuntime(this.context);
    const { user, root } = runtime.configPlaces(surroundings);
    this.context.output.result({ config_path: user, root_config_path: root }, () => [
      harmlessLine(user),
      harmlessLine(root),
    ]);
    return 0;
  }
}
