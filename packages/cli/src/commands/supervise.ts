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
    staySmall();
    const { runtime, dispatcher } = await openLibrary(this.context);
    await runtime.supervise(dispatcher);
    return 0;
  }
}

/**
 * It waits most of the time, and may stay for weeks: a young generation of a megabyte and no optimising compiler take
 * 15 of some 85 MB from it, and a look at the processes is no slower for it.
 */
function staySmall(): void {
  setFlagsFromString('--max-semi-space-size=1');
  setFlagsFromString('--no-opt');
}
