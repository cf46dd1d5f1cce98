import { resolve } from 'node:path';
import { Option } from '../../arguments/clipanion.ts';
import { loadRuntime } from '../../library.ts';
import { harmlessLine } from '../../print/harmless.ts';
import { DispatchCommand } from '../command.ts';

export class ConfigValidateCommand extends DispatchCommand {
  static override paths = [['config', 'validate']];
  static override usage = {
    category: 'Configuration',
    description: 'whether a file, or what is configured here, is a valid config',
  };

  file = Option.String({ name: 'file', required: false });

  override async execute(): Promise<number> {
    const { output, cwd } = this.context;
    const { runtime, surroundings } = await loadRuntime(this.context);
    const path = this.file === undefined ? null : resolve(cwd, this.file);
    const { checked } = await runtime.validateConfig(surroundings, path);
    output.result({ valid: true, checked }, ({ style }) =>
      checked.length === 0
        ? ['There is no config; none is needed.']
        : checked.map((one) => `${style.green('valid')}  ${harmlessLine(one)}`),
    );
    return 0;
  }
}
