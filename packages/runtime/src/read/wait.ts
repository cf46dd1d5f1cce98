import { elapsedMs, isTerminal, type Task } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { lookAfter, lookAfterUnmarked } from './look-after.ts';
import { FolderWait } from './until.ts';
import { TaskReader, type TaskView } from './view.ts';

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
  const drafts = new Drafts();
  const end = options.timeoutMs === null ? Number.POSITIVE_INFINITY : elapsedMs() + options.timeoutMs;
  try {
    for (;;) {
      lookAfter(dispatcher);
      const reader = new TaskReader(dispatcher);
      let settled = 0;
      const tasks = ids.map((id) => {
        const { view, state } = reader.read(id);
        lookAfterUnmarked(dispatcher, state.task);
        if (hasSettled(view) && drafts.isThere(view, state.task)) settled += 1;
        return view;
      });
      if (options.any ? settled > 0 : settled === tasks.length) return { tasks, timed_out: false };
      const left = end - elapsedMs();
      if (left <= 0 || options.signal?.aborted === true) {
        // A draft that nobody wrote down until now is waited for no longer.
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

const draftPatienceMs = 3000;

/**
 * The draft of a discussion is written by whoever journals the end of its turn. A reader that sees the end before that
 * waits for it, for as long as somebody is likely to be at it.
 */
class Drafts {
  readonly #awaitedSince = new Map<string, number>();

  isThere(view: TaskView, recorded: Task | null): boolean {
    if (view.reason !== 'discussion_draft' || recorded?.reason === view.reason) return true;
    const since = this.#awaitedSince.get(view.id) ?? elapsedMs();
    this.#awaitedSince.set(view.id, since);
    return elapsedMs() - since >= draftPatienceMs;
  }
}
