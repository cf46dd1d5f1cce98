import { setFlagsFromString } from 'node:v8';
import { UsageError } from '@dispatch/core';
import { Option } from '../arguments/clipanion.ts';
import { loadRuntime, openLibrary } from '../library.ts';
import { DispatchCommand } from './command.ts';

const actions = ['install', 'uninstall', 'status', 'everywhere'] as const;

export class SuperviseCommand extends DispatchCommand {
  static override paths = [['supervise']];
  static override usage = {
    category: 'Care',
    description: 'looks after the store until there is nothing left to; other commands start it',
    details:
      'After a reboot the next command starts it, or your service manager does, for each of your stores:\n' +
      '--install writes a unit of systemd or an agent of launchd for you as a user, --uninstall removes it.',
    examples: [
      ['go on with interrupted tasks after a reboot', 'dispatch supervise --install'],
      ['the unit, to be put elsewhere', 'dispatch supervise --install --print'],
    ] as [string, string][],
  };

  install = Option.Boolean('--install', false, {
    description: 'has your service manager start it for all your stores, at your login or at boot',
  });
  uninstall = Option.Boolean('--uninstall', false, { description: 'takes that back; nothing is ended' });
  status = Option.Boolean('--status', false, {
    description: 'who looks after the store, and whether that is installed',
  });
  everywhere = Option.Boolean('--everywhere', false, {
    description: 'starts it for each of your stores where there is work',
  });
  print = Option.Boolean('--print', false, { description: 'shows what --install would write' });

  override async execute(): Promise<number> {
    const action = this.#action();
    if (action === null) {
      optimise(false);
      const { runtime, dispatcher } = await openLibrary(this.context);
      await runtime.supervise(dispatcher, { onFlood: () => optimise(true) });
    } else await this.#act(action);
    return 0;
  }

  /** Throws UsageError `one_action`, `missing_option`. */
  #action(): (typeof actions)[number] | null {
    const [action = null, ...more] = actions.filter((one) => this[one]);
    if (more.length > 0)
      throw new UsageError(
        'one_action',
        `${[action, ...more].map((one) => `--${one}`).join(' and ')} are both given`,
        'Give one of them.',
      );
    if (this.print && action !== 'install')
      throw new UsageError(
        'missing_option',
        '--print shows what --install would write, and --install is missing',
        'Form: dispatch supervise --install --print',
      );
    return action;
  }

  /** Loaded apart: who looks after a store for weeks carries nothing of it along. */
  async #act(action: (typeof actions)[number]): Promise<void> {
    const { output, root } = this.context;
    const { runtime, surroundings } = await loadRuntime(this.context);
    const { installedLines, lookedAfterLines, statusLines, uninstalledLines } =
      await import('../print/supervise.ts');
    switch (action) {
      case 'install': {
        if (this.print) {
          const unit = await runtime.serviceText(surroundings);
          return output.result(unit, () => unit.text.trimEnd().split('\n'));
        }
        const installed = await runtime.installService(surroundings);
        return output.result(installed, (page) => installedLines(installed, page));
      }
      case 'uninstall': {
        const uninstalled = await runtime.uninstallService(surroundings);
        return output.result(uninstalled, (page) => uninstalledLines(uninstalled, page));
      }
      case 'status': {
        const status = await runtime.superviseStatus(surroundings);
        return output.result(status, (page) => statusLines(status, page, root));
      }
      case 'everywhere': {
        const stores = await runtime.superviseEverywhere(surroundings);
        return output.result({ stores }, (page) => lookedAfterLines(stores, page));
      }
    }
  }
}

/**
 * It waits most of the time, and may stay for weeks: without V8's optimising compiler 6 MB less of node's own code are
 * in memory. With it a flood of output is read in half the time. Not an option of its command line:
 * a node that no longer knew it would not start.
 */
function optimise(wanted: boolean): void {
  setFlagsFromString(wanted ? '--opt' : '--no-opt');
}
