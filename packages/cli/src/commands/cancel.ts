import { Option } from '../arguments/clipanion.ts';
import { duration } from '../arguments/values.ts';
import { openLibrary } from '../library.ts';
import type { Page } from '../output/output.ts';
import { harmlessLine } from '../print/harmless.ts';
import { commandsAt, nextLines } from '../print/next.ts';
import { taskLine } from '../print/task.ts';
import { DispatchCommand } from './command.ts';

const defaultSeconds = 30;

export class CancelCommand extends DispatchCommand {
  static override paths = [['cancel']];
  static override usage = {
    category: 'Tasks',
    description: 'ends a task with its whole process tree',
    details: `Exit status 23: the end was not seen in time; the supervisor goes on with it.`,
  };

  task = Option.String({ name: 'id' });
  timeout = Option.String('--timeout', {
    description: `how long to wait for the end; default ${defaultSeconds}s`,
    validator: duration(),
  });

  override async execute(): Promise<number> {
    const { output, root } = this.context;
    const { runtime, dispatcher, idOf } = await openLibrary(this.context);
    const seconds = this.timeout === 'none' ? Number.POSITIVE_INFINITY : (this.timeout ?? defaultSeconds);
    const cancelled = await runtime.cancelTask(dispatcher, idOf(this.task), { timeoutMs: seconds * 1000 });
    const { task, confirmed, detail } = cancelled;
    const style = (page: Page) => (confirmed ? page.style.dim : page.style.magenta);
    output.result(cancelled, (page) => [
      taskLine(task, page),
      ...(detail === null ? [] : [style(page)(`  ${harmlessLine(commandsAt(root, detail))}`)]),
      ...nextLines(task, root, page),
    ]);
    return confirmed ? 0 : 23;
  }
}
