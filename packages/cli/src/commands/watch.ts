import type { Notification } from '@dispatch/runtime';
import { Option } from '../arguments/clipanion.ts';
import { cursorName, duration, limitMs, oneOfWords } from '../arguments/values.ts';
import { watchedFor } from '../arguments/words.ts';
import { TimeLimit } from '../follow/time-limit.ts';
import { untilStopped } from '../follow/until-stopped.ts';
import { openReading, type Library, type Reading } from '../library.ts';
import { notificationLines } from '../print/notification.ts';
import { timedOut } from '../print/status.ts';
import { DispatchCommand } from './command.ts';

export class WatchCommand extends DispatchCommand {
  static override paths = [['watch']];
  static override usage = {
    category: 'Tasks',
    description: 'tells which tasks end, ask or stop to wait for you, one a line',
    details:
      'First what the cursor has not acknowledged, however long ago; then what comes. What was told is told again after\n' +
      'a crash, until `dispatch ack` has taken note of it. Give each host a cursor of its own.\n' +
      'Exit status: 0 told what --until asks for; 23 the time was over.',
    examples: [['whatever is first', 'dispatch --json watch --as my-host --until any --timeout 9m']] as [
      string,
      string,
    ][],
  };

  tasks = Option.Rest({ name: 'id' });
  as = Option.String('--as', { description: 'the cursor; default: default', validator: cursorName() });
  until = Option.String('--until', {
    description: `ends once that has been told and still is so: ${watchedFor.join(', ')}; question: any wait for you`,
    validator: oneOfWords(watchedFor),
  });
  timeout = Option.String('--timeout', {
    description: 'ends after 90s, 20m, 2h; none',
    validator: duration(),
  });

  override async execute(): Promise<number> {
    const { output } = this.context;
    const library = await openReading(this.context);
    const ids = this.tasks.length === 0 ? null : [...new Set(this.tasks.map(library.idOf))];
    const cursor = this.as ?? 'default';
    return untilStopped(this.context, async (stop) => {
      const limit = new TimeLimit(limitMs(this.timeout), stop.signal);
      const { told, isOver } = await this.#tell(library, { cursor, ids, signal: limit.signal });
      limit.clear();
      const interrupted = stop.interrupted();
      const timed = limit.isOver && !interrupted;
      output.result({ cursor, told, timed_out: timed, interrupted }, () => []);
      if (interrupted) return 130;
      return isOver || this.until === undefined ? 0 : timedOut;
    });
  }

  async #tell(
    { runtime, dispatcher }: Library<Reading>,
    options: { cursor: string; ids: readonly string[] | null; signal: AbortSignal },
  ): Promise<{ told: number; isOver: boolean }> {
    const { output } = this.context;
    let told = 0;
    for await (const notifications of runtime.watchTasks(dispatcher, options)) {
      for (const one of notifications) output.item(one, (page) => notificationLines(one, page));
      told += notifications.length;
      if (notifications.some((one) => this.#isAwaited(one))) return { told, isOver: true };
    }
    return { told, isOver: false };
  }

  #isAwaited({ type, is_current: isCurrent }: Notification): boolean {
    if (this.until === undefined || !isCurrent) return false;
    return this.until === 'any' || (type === 'terminal') === (this.until === 'terminal');
  }
}
