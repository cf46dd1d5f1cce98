import type { StartedTask } from '@dispatch/runtime';
import type { Context } from '../context.ts';
import { isSomebodyThere } from '../input/somebody.ts';
import { openLibrary } from '../library.ts';
import { startedLines } from '../print/started.ts';

/**
 * Says what has been started, and follows it where that is wanted. Returns the exit status: for a follower where
 * nothing may be started that of a task which awaits the user.
 */
export async function tellStarted(
  context: Context,
  started: StartedTask,
  { follows, noInput = false }: { follows: boolean; noInput?: boolean },
): Promise<number> {
  const { output, root } = context;
  if (!follows || started.sandbox !== null) {
    output.result(started, (page) => startedLines(started, page, { root }));
    return follows ? 20 : 0;
  }
  const { task_id, created, status, notices, why } = started;
  output.item({ type: 'task_started', task_id, created, status, notices, why }, (page) =>
    startedLines(started, page, { root, follows }),
  );
  const { followTask } = await import('./foreground.ts');
  const library = await openLibrary(context);
  const asks = isSomebodyThere(context, library.runtime, { noInput });
  return followTask(context, library, started.task, { asks });
}
