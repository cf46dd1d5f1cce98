import { Option } from '../arguments/clipanion.ts';
import { openReading } from '../library.ts';
import { nextLines } from '../print/next.ts';
import { taskLine, whyLines } from '../print/task.ts';
import { DispatchCommand } from './command.ts';

export class StatusCommand extends DispatchCommand {
  static override paths = [['status']];
  static override usage = { category: 'Look', description: 'a task alone, in a line' };

  task = Option.String({ name: 'id' });

  override async execute(): Promise<number> {
    const { output, root } = this.context;
    const { runtime, dispatcher, idOf } = await openReading(this.context);
    const task = runtime.statusOf(dispatcher, idOf(this.task));
    output.result(task, (page) => [
      taskLine(task, page),
      ...whyLines(task, page, root),
      ...nextLines(task, root, page),
    ]);
    return 0;
  }
}
