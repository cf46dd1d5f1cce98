import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskView, Waited } from '@dispatch/runtime';
import type { Context } from '../context.ts';
import type { Library, Reading } from '../library.ts';
import { commandPrefix } from '../print/next.ts';
import { exitStatusOf } from '../print/status.ts';
import { settledLines } from '../print/settled.ts';
import { transcriptLines } from '../print/transcript.ts';
import { untilStopped, type Stop } from './until-stopped.ts';

/**
 * Follows a task that runs in the background as ever, until it is terminal or awaits the user. Ctrl-C ends the
 * following, never the task. Returns the task's exit status, or 130.
 */
export async function followTask(
  context: Context,
  library: Library<Reading>,
  started: TaskView,
): Promise<number> {
  const { output, root } = context;
  const { id } = started;
  const { task, detached } = await untilStopped(context, (stop) =>
    showUntilSettled(context, library, started, stop),
  );
  if (detached) {
    const command = commandPrefix(root);
    output.aside(`\nDetached; task ${id} goes on.`);
    output.aside(`Come back: ${command} logs ${id} --follow\nCancel:    ${command} cancel ${id}`);
  }
  const { status, reason } = task;
  output.result({ task_id: id, status, reason, detached, task }, (page) =>
    detached ? [] : ['', ...settledLines(library, task, page, root)],
  );
  return detached ? 130 : exitStatusOf(task);
}

async function showUntilSettled(
  { output }: Context,
  { runtime, dispatcher }: Library<Reading>,
  started: TaskView,
  stop: Stop,
): Promise<{ task: TaskView; detached: boolean }> {
  const { id } = started;
  // Ends the transcript, too: an attempt may live on while its question waits.
  const over = new AbortController();
  let settled: Waited | null = null;
  const waiting = runtime
    .waitForTasks(dispatcher, [id], { any: false, timeoutMs: null, signal: stop.signal })
    .then((waited) => (settled = waited))
    .finally(() => over.abort());
  const attempts = (): number =>
    settled?.tasks[0]?.attempts.length ?? dispatcher.store.journal(id).refresh().task?.attempts.length ?? 0;
  for (let attempt = Math.max(0, started.attempts.length - 1); ; attempt++) {
    while (attempts() <= attempt && !over.signal.aborted) await sleep(50);
    if (attempts() <= attempt || stop.signal.aborted) break;
    for await (const event of runtime.followTranscript(dispatcher, id, { attempt, signal: over.signal }))
      output.item(event, (page) => transcriptLines(event, page));
  }
  const { tasks } = await waiting;
  return { task: tasks[0]!, detached: stop.interrupted() };
}
