import { UsageError } from '@dispatch/core';
import { Option } from '../arguments/clipanion.ts';
import { cursorName } from '../arguments/values.ts';
import { openLibrary } from '../library.ts';
import { notificationLines } from '../print/notification.ts';
import { DispatchCommand } from './command.ts';

export class AckCommand extends DispatchCommand {
  static override paths = [['ack']];
  static override usage = {
    category: 'Tasks',
    description: 'takes note of what `watch` and `list --unacknowledged` tell: it is told no more',
    details:
      'A program gives the position that it was told, so that what has come since is told, too. Without one all that\n' +
      'has happened counts, and is shown here.',
    examples: [['act first, then', 'dispatch ack k3v9 --position 12:k3v9… --as my-host']] as [
      string,
      string,
    ][],
  };

  tasks = Option.Rest({ name: 'id' });
  as = Option.String('--as', { description: 'the cursor; default: default', validator: cursorName() });
  position = Option.String('--position', { description: 'of one task, only up to here' });
  all = Option.Boolean('--all', false, { description: 'in every task' });
  begin = Option.Boolean('--begin', false, {
    description: 'in every task, and only if the cursor was never used',
  });

  override async execute(): Promise<number> {
    this.#requireOneWish();
    const { output } = this.context;
    const cursor = this.as ?? 'default';
    const { runtime, dispatcher, idOf } = await openLibrary(this.context);
    if (this.begin) {
      const first = runtime.acknowledgeFirst(dispatcher, cursor);
      const done = first ?? { cursor, tasks: [], notifications: [] };
      output.result({ ...done, begun: first !== null }, () => [
        first === null
          ? `Cursor ${cursor} is in use; nothing was changed.`
          : `Cursor ${cursor} begins here: ${tasksOf(first.tasks.length)} passed over.`,
      ]);
      return 0;
    }
    const ids = this.all ? null : [...new Set(this.tasks.map(idOf))];
    const done = runtime.acknowledge(dispatcher, { cursor, ids, position: this.position ?? null });
    output.result(done, (page) => [
      ...done.notifications.flatMap((one) => notificationLines(one, page)),
      done.notifications.length === 0
        ? 'There was nothing to take note of.'
        : page.style.dim(`Noted by cursor ${cursor}.`),
    ]);
    return 0;
  }

  #requireOneWish(): void {
    const wishes = [this.tasks.length > 0, this.all, this.begin].filter(Boolean).length;
    if (wishes === 0)
      throw new UsageError('missing_argument', 'no task is named', 'Name one, or give --all.');
    if (wishes > 1)
      throw new UsageError(
        'invalid_value',
        'tasks, --all and --begin exclude each other',
        'Give one of them.',
      );
    if (this.position !== undefined && this.tasks.length !== 1)
      throw new UsageError(
        'invalid_value',
        '--position is that of one task',
        'Name the task, and call once for each.',
      );
  }
}

function tasksOf(count: number): string {
  return count === 1 ? '1 task' : `${count} tasks`;
}
