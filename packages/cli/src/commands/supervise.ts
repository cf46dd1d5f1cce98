import { setFlagsFromString } from 'node:v8';
import { openLibrary } from '../library.ts';
import { DispatchCommand } from './command.ts';

/** Started by other commands: looks after the store until there is nothing to look after. */
export class SuperviseCommand extends DispatchCommand {
  static override paths = [['supervise']];
  static override usage = {
    category: 'Hidden',
    description: 'looks after the store; other commands start it',
  };

  override async execute(): Promise<number> {
    optimise(false);
    const { runtime, dispatcher } = await openLibrary(this.context);
    await runtime.supervise(dispatcher, { onFlood: () => optimise(true) });
    return 0;
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
