import { watch, type FSWatcher } from 'node:fs';
import { elapsedMs, type Journal, type Task } from '@dispatch/core';

/** Where a watch is not to be had, or misses something. */
const safetyPollMs = 1000;

/**
 * Waits for changes in folders (with `file`, of the file of that name in them), with a slow poll behind it. `next`
 * resolves at a change, after `ms`, or when `signal` is aborted.
 */
export class FolderWait {
  #changed = false;
  #wake: () => void = () => undefined;
  readonly #file: string | undefined;
  readonly #watchers = new Map<string, FSWatcher>();

  constructor(folders: readonly string[], file?: string) {
    this.#file = file;
    this.watch(folders);
  }

  /** From now on in these folders, for whoever looks at them next: what has changed before is forgotten. */
  watch(folders: readonly string[]): void {
    const wanted = new Set(folders);
    for (const [folder, watcher] of this.#watchers) {
      if (wanted.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of wanted) if (!this.#watchers.has(folder)) this.#open(folder);
    this.#changed = false;
  }

  #open(folder: string): void {
    try {
      const watcher = watch(folder, (_event, name) => {
        // Not every system tells which.
        if (this.#file !== undefined && name !== null && name !== this.#file) return;
        this.#changed = true;
        this.#wake();
      });
      watcher.on('error', () => undefined);
      this.#watchers.set(folder, watcher);
    } catch {
      // The poll has to do.
    }
  }

  async next(ms: number = safetyPollMs, signal?: AbortSignal): Promise<void> {
    if (this.#changed || signal?.aborted === true) {
      this.#changed = false;
      return;
    }
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, Math.min(ms, safetyPollMs));
      signal?.addEventListener('abort', done);
      this.#wake = done;
    });
    this.#changed = false;
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }
}

/** Waits until a task's journal says so; false where the time is up. */
export async function untilJournal(
  journal: Journal,
  condition: (task: Task) => boolean,
  timeoutMs: number,
): Promise<boolean> {
  const wait = new FolderWait([journal.taskDir], 'events.jsonl');
  const end = elapsedMs() + timeoutMs;
  try {
    for (;;) {
      const { task } = journal.refresh();
      if (task !== null && condition(task)) return true;
      const left = end - elapsedMs();
      if (left <= 0) return false;
      await wait.next(left);
    }
  } finally {
    wait.close();
  }
}
