import { version } from '../version.ts';
import { DispatchCommand } from './command.ts';

export class VersionCommand extends DispatchCommand {
  static override paths = [['version']];
  static override usage = {
    category: 'Care',
    description: 'the version, of what it runs on, and where it is',
  };

  override async execute(): Promise<number> {
    const { output, outside } = this.context;
    const { node, program } = outside.program;
    const { platform, arch, versions } = process;
    const data = { version, node_version: versions.node, platform, arch, node, program };
    output.result(data, () => [`dispatch ${version}, node ${versions.node}, ${platform} ${arch}`, program]);
    return 0;
  }
}
