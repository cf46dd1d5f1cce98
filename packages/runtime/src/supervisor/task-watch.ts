import { elapsedMs } from '@dispatch/core';
import { watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';

/** What a change on disk asks for: a full look, or only to read on in journal and log. */
export type Nudge = 'look' | 'log';

/** A log that changes more often than this within a second is polled instead: each change would wake us. */
const floodPerSecond = 200;
const calmMs = 1000;

const recordOfTheLauncher = /\.(?:process|exit)\.json$/;

/** Watches one task's folders; where there are no watches to be had, `watching` is false and polling has to do. */
export class TaskWatch {
  readonly #watchers: FSWatcher[] = [];
  readonly #taskDir: string;
  readonly #nudge: (kind: Nudge) => void;
  #outputs: FSWatcher | null = null;
  #changes = 0;
  #windowStart = 0;
  #floodUntil = 0;
  watching = true;

  constructor(taskDir: string, nudge: (kind: Nudge) => void) {
    this.#taskDir = taskDir;
    this.#nudge = nudge;
    this.#open(taskDir, (name) => {
      // Most of these are our own commits; whether it was another's is seen before a look.
      if (name === 'events.jsonl') nudge('log');
    });
    this.#open(join(taskDir, 'mailbox'), (name) => {
      if (name === null || !name.startsWith('.') || name === '.done') nudge('look');
    });
    this.#watchOutputs();
  }

  /** Whether the log is polled because it changes too often, until it has not grown for a while. */
  get flooded(): boolean {
    return this.#outputs === null && this.watching;
  }

  /** Called after each look at a log. A new watch has missed what came since that look. */
  settle(nowMs: number, grew: boolean): void {
    if (grew) this.#floodUntil = nowMs + calmMs;
    if (!this.flooded || nowMs < this.#floodUntil) return;
    this.#watchOutputs();
    this.#nudge('look');
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#outputs?.close();
    this.#outputs = null;
  }

  #open(folder: string, changed: (name: string | null) => void): FSWatcher | null {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => changed(name));
      watcher.on('error', () => {
        this.watching = false;
      });
      this.#watchers.push(watcher);
      return watcher;
    } catch {
      this.watching = false;
      return null;
    }
  }

  #watchOutputs(): void {
    this.#outputs = this.#open(join(this.#taskDir, 'outputs'), (name) => {
      if (name === null || recordOfTheLauncher.test(name)) return this.#nudge('look');
      if (!name.endsWith('.log')) return;
      this.#count();
      this.#nudge('log');
    });
  }

  #count(): void {
    const now = elapsedMs();
    if (now - this.#windowStart > 1000) {
      this.#windowStart = now;
      this.#changes = 0;
    }
    this.#changes += 1;
    if (this.#changes < floodPerSecond) return;
    this.#changes = 0;
    this.#floodUntil = now + calmMs;
    const outputs = this.#outputs;
    this.#outputs = null;
    if (outputs === null) return;
    outputs.close();
    this.#watchers.splice(this.#watchers.indexOf(outputs), 1);
  }
}
