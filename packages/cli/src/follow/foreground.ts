import type { TaskView } from '@dispatch/runtime';
import type { Context } from '../context.ts';
import type { Library } from '../library.ts';
import { commandPrefix } from '../print/next.ts';
import { exitStatusOf } from '../print/status.ts';
import { settledLines } from '../print/settled.ts';
import { answerInPlace } from './answer-in-place.ts';
import { FollowedTask } from './followed-task.ts';
import { openLiveView, type LiveView } from './live-view.ts';
import { untilStopped, type Stop } from './until-stopped.ts';

/**
 * Follows a task that runs in the background as ever, until it is terminal or awaits the user; with `asks`, a question is
 * put here and the following goes on with the answer. Ctrl-C ends the following, never the task. Returns the task's exit
 * status, or 130.
 */
export async function followTask(
  context: Context,
  library: Library,
  started: TaskView,
  { asks }: { asks: boolean },
): Promise<number> {
  const { output, root } = context;
  const { id } = started;
  const followed = new FollowedTask(context, library, started);
  const { task, detached, wasAsked } = await untilStopped(context, async (stop) => {
    const view = openLiveView(context, library.runtime, () => followed.moment());
    try {
      return await follow(context, library, { followed, view, stop, asks });
    } finally {
      view.close();
    }
  });
  if (detached) {
    const command = commandPrefix(root);
    output.aside(`\nDetached; task ${id} goes on.`);
    output.aside(`Come back: ${command} logs ${id} --follow\nCancel:    ${command} cancel ${id}`);
  }
  const { status, reason } = task;
  output.result({ task_id: id, status, reason, detached, task }, (page) =>
    detached ? [] : ['', ...settledLines(library, task, page, { root, questions: !wasAsked })],
  );
  return detached ? 130 : exitStatusOf(task);
}

interface Followed {
  task: TaskView;
  detached: boolean;
  /** Its question was put here, and left open. */
  wasAsked: boolean;
}

async function follow(
  context: Context,
  library: Library,
  { followed, view, stop, asks }: { followed: FollowedTask; view: LiveView; stop: Stop; asks: boolean },
): Promise<Followed> {
  const { runtime, dispatcher } = library;
  let answered = false;
  for (;;) {
    const task = await followed.showUntilSettled(view, stop);
    const end = (wasAsked = false): Followed => ({ task, detached: stop.interrupted(), wasAsked });
    if (!asks || stop.signal.aborted) return end();
    if (task.reason === 'answered' && answered) {
      // It was given while the attempt lived, and that ended without taking it.
      await runtime.resumeWhereNobodyWaits(dispatcher, task.id);
      continue;
    }
    const question =
      task.reason === 'question' ? runtime.questionsOf(dispatcher, task.id)[0]?.questions[0] : undefined;
    if (question === undefined) {
      // Answered this moment, or what the task needs is something else.
      if (runtime.statusOf(dispatcher, task.id).reason === task.reason) return end();
      continue;
    }
    const became = await view.aside(() => answerInPlace(context, library, { id: task.id, question, stop }));
    if (became === 'left' || became === 'stopped') return end(became === 'left');
    answered ||= became === 'answered';
  }
}
