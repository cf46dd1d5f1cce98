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
    const { runtime, dispatcher } = await openLibrary(this.context);
    await runtime.supervise(dispatcher);
    return 0;
  }
}
