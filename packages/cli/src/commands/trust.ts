import { Option } from '../arguments/clipanion.ts';
import { loadRuntime } from '../library.ts';
import { harmlessLine } from '../print/harmless.ts';
import { DispatchCommand } from './command.ts';

export class TrustCommand extends DispatchCommand {
  static override paths = [['trust']];
  static override usage = {
    category: 'Configuration',
    description: "accepts the store's config as it stands, so that it may decide what runs",
    details:
      'It may have come with a repository: read it first. After a change of it, it has to be accepted anew.',
  };

  revoke = Option.Boolean('--revoke', false, { description: 'takes that back' });

  override async execute(): Promise<number> {
    const { output } = this.context;
    const { runtime, surroundings } = await loadRuntime(this.context);
    if (this.revoke) {
      const taken = runtime.distrustRootConfig(surroundings);
      output.result(taken, () => [
        `${harmlessLine(taken.path)} is ${taken.revoked ? 'no longer' : 'not'} trusted.`,
      ]);
      return 0;
    }
    const trusted = await runtime.trustRootConfig(surroundings);
    output.result(trusted, ({ style }) => [
      `${harmlessLine(trusted.path)} is trusted as it stands.`,
      ...(trusted.allows.length === 0
        ? [style.dim('  It sets nothing that needs that.')]
        : trusted.allows.map((one) => `  ${harmlessLine(one)}`)),
    ]);
    return 0;
  }
}
