import { watch, type FSWatcher } from 'node:fs';
import { Refusal } from './refusal.ts';
import { isOver } from './task.ts';
import type { Seen } from './widget.ts';

export interface Following {
  /** Somebody knows better than what was seen so far: a look under way is not told, and the next comes as soon as it may. */
  nudge(): void;
  stop(): void;
}

/** Milliseconds: from a change to the look, between two looks, and from look to look where no change is heard of. */
export const pauses = { settle: 150, between: 700, working: 10_000, over: 60_000 };

/**
 * Looks at a task now, after each change in its folder and, because not all changes are heard of, now and then; never
 * twice at a time. A look is one start of dispatch: a task changes a dozen times in its life, and between those nothing
 * runs, while a program that stays would cost its memory all the time. The logs, which grow all the time, are not watched.
 */
export function followTask({
  look,
  tell,
  fail,
}: {
  look(signal: AbortSignal): Promise<Seen>;
  tell(seen: Seen): void;
  fail(why: Refusal): void;
}): Following {
  const ending = new AbortController();
  let watcher: FSWatcher | null = null;
  let watched: string | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;
  let isOutdated = false;
  let hasChanged = false;
  let lookedAt = 0;
  let dueAt = Infinity;

  function nudge(): void {
    isOutdated = true;
    change();
  }

  function change(): void {
    hasChanged = true;
    if (!isLooking) lookIn(Math.max(pauses.settle, lookedAt + pauses.between - performance.now()));
  }

  /** At the latest: who changes all the time would put the look off for ever. */
  function lookIn(milliseconds: number): void {
    const at = performance.now() + milliseconds;
    if (at >= dueAt) return;
    dueAt = at;
    clearTimeout(timer);
    if (!ending.signal.aborted) timer = setTimeout(() => void lookOnce(), milliseconds);
  }

  async function lookOnce(): Promise<void> {
    isLooking = true;
    dueAt = Infinity;
    isOutdated = false;
    hasChanged = false;
    let pause = pauses.working;
    try {
      const seen = await look(ending.signal);
      if (ending.signal.aborted) return;
      watchFolder(seen.task.folder);
      if (isOver(seen.task.status)) pause = pauses.over;
      // What changed under the look is seen by the next; in a folder that never rests none would be told otherwise.
      if (!isOutdated) tell(seen);
    } catch (error) {
      if (ending.signal.aborted) return;
      fail(error instanceof Refusal ? error : new Refusal(String(error)));
    } finally {
      isLooking = false;
      lookedAt = performance.now();
    }
    if (hasChanged) change();
    else lookIn(pause);
  }

  function watchFolder(folder: string | null): void {
    if (folder === null || folder === watched) return;
    watcher?.close();
    watched = null;
    try {
      watcher = watch(folder, { persistent: false }, change);
      watcher.on('error', () => (watched = null));
      watched = folder;
    } catch {
      // No watches are left, or the folder is gone: the slow looks go on.
      watcher = null;
    }
  }

  void lookOnce();
  return {
    nudge,
    stop() {
      ending.abort();
      clearTimeout(timer);
      watcher?.close();
    },
  };
}
