import { elapsedMs, isTerminal, type Task } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { lookAfter, lookAfterUnmarked } from './look-after.ts';
import { FolderWait } from './until.ts';
import { TaskReader, type TaskView } from './view.ts';

/** How tasks stand after a wait. */
export interface Waited {
  tasks: TaskView[];
  timed_out: boolean;
}

/**
 * Returns when each task (or, with `any`, one of them) is terminal or awaits the user. Asked again after a crash it
 * misses nothing: the state is looked at first.
 */
export async function waitForTasks(
  dispatcher: Dispatcher,
  ids: readonly string[],
  options: { any: boolean; timeoutMs: number | null; signal?: AbortSignal },
): Promise<Waited> {
  const wait = new FolderWait(
    ids.map((id) => dispatcher.store.journal(id).taskDir),
    'events.jsonl',
  );
  const ends = new Ends();
  const end = options.timeoutMs === null ? Number.POSITIVE_INFINITY : elapsedMs() + options.timeoutMs;
  try {
    for (;;) {
      lookAfter(dispatcher);
      const reader = new TaskReader(dispatcher);
      let settled = 0;
      const tasks = ids.map((id) => {
        const { view, state } = reader.read(id);
        lookAfterUnmarked(dispatcher, state.task);
        if (hasSettled(view) && ends.areRecorded(view, state.task)) settled += 1;
        return view;
      });
      if (options.any ? settled > 0 : settled === tasks.length) return { tasks, timed_out: false };
      const left = end - elapsedMs();
      if (left <= 0 || options.signal?.aborted === true) {
        // An end that nobody has recorded until now is waited for no longer.
        const [one, all] = [tasks.some(hasSettled), tasks.every(hasSettled)];
        return { tasks, timed_out: !(options.any ? one : all) };
      }
      await wait.next(left, options.signal);
    }
  } finally {
    wait.close();
  }
}

/** Nothing more happens to it by itself. A cancel that is under way still does. */
export function hasSettled(task: TaskView): boolean {
  if (task.cancel_requested_at !== null) return false;
  return isTerminal(task) || task.status === 'awaiting_user' || task.reason === 'sandboxed_host';
}

const patienceMs = 3000;

/**
 * An end is seen before whoever looks after the task has recorded it, and written what comes with it (the draft of a
 * discussion). A wait goes on until then, for as long as somebody is likely to be at it: what is typed next finds the
 * task as the wait has shown it.
 */
class Ends {
  readonly #awaitedSince = new Map<string, number>();

  areRecorded(view: TaskView, recorded: Task | null): boolean {
    if (recorded?.status === view.status && recorded.reason === view.reason) return true;
    const since = this.#awaitedSince.get(view.id) ?? elapsedMs();
    this.#awaitedSince.set(view.id, since);
    return elapsedMs() - since >= patienceMs;
  }
}
