import { readConfigText } from '@dispatch/core';
import type { Surroundings } from '@dispatch/runtime';
import { Option } from '../arguments/clipanion.ts';
import { loadRuntime, type Runtime } from '../library.ts';
import { harmlessLine } from '../print/harmless.ts';
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

  bootstrapConfig = Option.Boolean('--bootstrap-config', false, {
    description: 'and your first config, where there is none, from the agents that are installed',
  });

  override async execute(): Promise<number> {
    const { output, root: typedRoot } = this.context;
    const { runtime, surroundings } = await loadRuntime(this.context);
    const { root, created } = runtime.initRoot(surroundings, { force: this.force });
    const config = this.bootstrapConfig ? await this.#bootstrap(runtime, surroundings) : null;
    output.result(
      { root, created, bootstrapped_config: config?.made === true, ...config?.data },
      ({ style }) => [
        created ? `Made the store ${root}` : `The store ${root} is there already`,
        ...(config === null ? [] : [harmlessLine(config.said)]),
        `Next: ${style.bold(`${commandPrefix(typedRoot)} run --prompt "…"`)}`,
      ],
    );
    return 0;
  }

  async #bootstrap(runtime: Runtime, surroundings: Surroundings) {
    const { user: path } = runtime.configPlaces(surroundings);
    if (readConfigText(path) !== null)
      return { made: false, data: { config_path: path }, said: `The config ${path} is there already` };
    const data = await runtime.bootstrapConfig(surroundings);
    return { made: true, data, said: `Made the config ${path}; the default is ${data.default_target}` };
  }
}
