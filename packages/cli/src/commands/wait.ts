import { Option } from '../arguments/clipanion.ts';
import { duration, limitMs } from '../arguments/values.ts';
import { untilStopped } from '../follow/until-stopped.ts';
import { waitAndAsk } from '../follow/wait-and-ask.ts';
import { isSomebodyThere, noInputDescription } from '../input/somebody.ts';
import { openLibrary } from '../library.ts';
import { exitStatusOf, timedOut } from '../print/status.ts';
import { settledLines } from '../print/settled.ts';
import { DispatchCommand } from './command.ts';

export class WaitCommand extends DispatchCommand {
  static override paths = [['wait']];
  static override usage = {
    category: 'Tasks',
    description: 'waits until each task is done or needs you',
    details:
      'Exit status: 0 completed, 20 awaits you, 21 failed, 22 cancelled, 23 the time was over; of several the highest.\n' +
      'Neither --timeout nor Ctrl-C harms a task. At a terminal a question is put here, and the wait goes on with the\n' +
      'answer.',
    examples: [['whichever is first', 'dispatch wait k3v9 7xm2 --any --timeout 20m']] as [string, string][],
  };

  tasks = Option.Rest({ name: 'id', required: 1 });
  any = Option.Boolean('--any', false, { description: 'returns with the first' });
  timeout = Option.String('--timeout', {
    description: 'waits at most 90s, 20m, 2h; none',
    validator: duration(),
  });

  noInput = Option.Boolean('--no-input', false, { description: noInputDescription });

  override async execute(): Promise<number> {
    const { output, root } = this.context;
    const library = await openLibrary(this.context);
    const { runtime, idOf } = library;
    const ids = [...new Set(this.tasks.map(idOf))];
    const timeoutMs = limitMs(this.timeout);
    const asks = isSomebodyThere(this.context, runtime, { noInput: this.noInput });
    return untilStopped(this.context, async (stop) => {
      const {
        tasks,
        timed_out: over,
        asked,
      } = await waitAndAsk(this.context, library, {
        ...{ ids, any: this.any, timeoutMs, asks, stop },
      });
      const interrupted = stop.interrupted();
      if (interrupted) output.aside('The wait has ended; the tasks go on.');
      const only =
        tasks.length === 1 ? { task_id: tasks[0]!.id, status: tasks[0]!.status, task: tasks[0] } : {};
      output.result({ ...only, tasks, timed_out: over, interrupted }, (page) =>
        tasks.flatMap((task, at) => [
          ...(at === 0 ? [] : ['']),
          ...settledLines(library, task, page, { root, questions: !asked.includes(task.id) }),
        ]),
      );
      return interrupted ? 130 : waitStatus(tasks, { any: this.any, timedOut: over });
    });
  }
}

/** With `any` those that are still at work say nothing; otherwise the highest of all. */
export function waitStatus(
  tasks: readonly Parameters<typeof exitStatusOf>[0][],
  options: { any: boolean; timedOut: boolean },
): number {
  if (options.timedOut) return timedOut;
  const statuses = tasks.map(exitStatusOf).filter((status) => !options.any || status !== timedOut);
  return Math.max(0, ...statuses);
}
