import { loadRuntime } from '../../library.ts';
import { harmlessLine } from '../../print/harmless.ts';
import { DispatchCommand } from '../command.ts';

export class ConfigBootstrapCommand extends DispatchCommand {
  static override paths = [['config', 'bootstrap']];
  static override usage = {
    category: 'Configuration',
    description: 'writes your first config from the agents that are installed and logged in',
    details: 'A config that is there already is left alone.',
  };

  override async execute(): Promise<number> {
    const { runtime, surroundings } = await loadRuntime(this.context);
    const made = await runtime.bootstrapConfig(surroundings);
    this.context.output.result(made, ({ style }) => [
      `Made ${harmlessLine(made.config_path)}; the default is ${style.bold(harmlessLine(made.default_target))}`,
    ]);
    return 0;
  }
}
