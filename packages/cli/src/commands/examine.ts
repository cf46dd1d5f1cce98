import { Option } from '../arguments/clipanion.ts';
import { openLibrary } from '../library.ts';
import { DispatchCommand } from './command.ts';

/** A part of what `doctor` looks at, in a process of its own; that one starts it. */
export class ExamineCommand extends DispatchCommand {
  static override paths = [['examine']];
  static override usage = {
    category: 'Hidden',
    description: 'examines the tasks from one id to another; doctor starts it',
  };

  first = Option.String({ name: 'first' });
  last = Option.String({ name: 'last' });

  override async execute(): Promise<number> {
    const { runtime, dispatcher } = await openLibrary(this.context);
    const examined = runtime.examinePart(dispatcher, this.first, this.last);
    this.context.output.result(examined, () => []);
    return 0;
  }
}
