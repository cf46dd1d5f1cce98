import { statSync, watch, type FSWatcher } from 'node:fs';
import { elapsedMs, activeTaskIds, rootRefOf, sameRoot } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { lookAtProcesses, type ProcessTable } from '../processes/index.ts';
import { startSupervisor } from './ensure.ts';
import { wholeIndex } from './index-boot.ts';
import { Lease } from './lease.ts';
import { TaskKeeper } from './task-keeper.ts';
import { hasWork } from './work.ts';

const rescanMs = 5000;
/** A new task takes several changes, and its agent comes to work sooner where nobody looks on meanwhile. */
const settleMs = 25;
/** Longer than the time between two commands of one story, so that these do not start a process each. */
const lingerMs = 1500;

/**
 * Looks after every attempt of one store until there is no work left. Holds no state that is not on disk: it can be
 * killed at any instant, and the next one goes on. Returns at once where somebody else has the lease. `onFlood` is
 * called at each step of a log that grows faster than a step reads.
 */
export async function supervise(
  dispatcher: Dispatcher,
  { onFlood = () => undefined }: { onFlood?: () => void } = {},
): Promise<void> {
  let lease = Lease.take(dispatcher);
  while (lease !== null) {
    const supervisor = new Supervisor(dispatcher, lease, onFlood);
    const end = await supervisor.run();
    if (end === 'lost') return;
    lease.release();
    if (end === 'replaced') return startSupervisor(dispatcher);
    if (end === 'moved') return;
    // Somebody may have committed after our last look and seen the lease still held.
    if (!hasWork(dispatcher, supervisor.failed)) return;
    lease = Lease.take(dispatcher);
  }
}

function tryKeeper(...given: ConstructorParameters<typeof TaskKeeper>): TaskKeeper | null {
  try {
    return new TaskKeeper(...given);
  } catch (error) {
    // A marker of a task in the making, or a damaged folder: `doctor` tells about that.
    if (error instanceof Error) return null;
    throw error;
  }
}

type End = 'idle' | 'lost' | 'moved' | 'replaced';

class Supervisor {
  readonly #dispatcher: Dispatcher;
  readonly #lease: Lease;
  readonly #onFlood: () => void;
  readonly #keepers = new Map<string, TaskKeeper>();
  readonly #program: string;
  readonly #watchers: FSWatcher[] = [];
  #wake: () => void = () => undefined;
  #awake = false;
  #rescanDueMs = 0;
  #idleSinceMs: number | null = null;

  constructor(dispatcher: Dispatcher, lease: Lease, onFlood: () => void) {
    this.#dispatcher = dispatcher;
    this.#lease = lease;
    this.#onFlood = onFlood;
    this.#program = programIdentity(dispatcher);
  }

  /** Tasks that could not be looked after; they are no reason to stay. */
  get failed(): ReadonlySet<string> {
    return new Set([...this.#keepers].filter(([, keeper]) => keeper.failed).map(([id]) => id));
  }

  async run(): Promise<End> {
    await wholeIndex(this.#dispatcher);
    // A marker stands before its task does, so both folders tell.
    for (const folder of [this.#dispatcher.store.layout.active, this.#dispatcher.store.layout.tasks])
      this.#watch(folder);
    try {
      for (;;) {
        const now = elapsedMs();
        if (now >= this.#rescanDueMs) {
          const end = this.#rescan(now);
          if (end !== null) return end;
        }
        await this.#round();
        if (this.#isIdle()) return 'idle';
        await this.#sleep();
      }
    } finally {
      for (const watcher of this.#watchers) watcher.close();
      await Promise.all([...this.#keepers.values()].map((keeper) => keeper.close()));
    }
  }

  #watch(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#rescanSoon());
      watcher.on('error', () => undefined);
      this.#watchers.push(watcher);
    } catch {
      // Watches have run out: the poll has to do.
    }
  }

  #rescanSoon(): void {
    this.#rescanDueMs = Math.min(this.#rescanDueMs, elapsedMs() + settleMs);
    this.#wakeUp();
  }

  #wakeUp(): void {
    this.#awake = true;
    this.#wake();
  }

  #rescan(now: number): End | null {
    this.#rescanDueMs = now + rescanMs;
    if (!this.#lease.holds()) return 'lost';
    if (!stillThere(this.#dispatcher)) return 'moved';
    if (programIdentity(this.#dispatcher) !== this.#program) return 'replaced';
    this.#lease.touch();
    const active = new Set(activeTaskIds(this.#dispatcher.store));
    for (const [id, keeper] of this.#keepers) {
      if (!keeper.isDone(active.has(id))) continue;
      void keeper.close();
      this.#keepers.delete(id);
    }
    for (const id of active) {
      if (this.#keepers.has(id)) continue;
      const keeper = tryKeeper(this.#dispatcher, id, () => this.#wakeUp(), this.#onFlood);
      if (keeper !== null) this.#keepers.set(id, keeper);
    }
    return null;
  }

  async #round(): Promise<void> {
    let table: ProcessTable | null = null;
    let asked = 0;
    // One look at all processes serves a round; who needs proof by a second look gets a new one.
    const look = (): ProcessTable => {
      asked += 1;
      if (table === null || asked > 1) table = lookAtProcesses();
      return table;
    };
    for (const keeper of this.#keepers.values()) {
      asked = 0;
      try {
        await keeper.step(look);
      } catch (error) {
        keeper.fail(elapsedMs());
        console.error(new Date().toISOString(), keeper.id, error);
      }
    }
  }

  #isIdle(): boolean {
    const now = elapsedMs();
    if ([...this.#keepers.values()].some((keeper) => keeper.hasWork && !keeper.failed)) {
      this.#idleSinceMs = null;
      return false;
    }
    this.#idleSinceMs ??= now;
    return now - this.#idleSinceMs >= lingerMs;
  }

  async #sleep(): Promise<void> {
    const now = elapsedMs();
    let wait = this.#rescanDueMs - now;
    for (const keeper of this.#keepers.values()) wait = Math.min(wait, keeper.wait(now));
    if (this.#idleSinceMs !== null) wait = Math.min(wait, lingerMs);
    if (this.#awake || wait <= 0) {
      this.#awake = false;
      await new Promise((resolve) => setImmediate(resolve));
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, wait);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => undefined;
    this.#awake = false;
  }
}

/** Changes when another version is installed in this one's place. */
function programIdentity(dispatcher: Dispatcher): string {
  try {
    const { ino, mtimeMs } = statSync(dispatcher.program.program);
    return `${ino} ${mtimeMs}`;
  } catch {
    // In the midst of being replaced; the next look tells.
    return '';
  }
}

function stillThere(dispatcher: Dispatcher): boolean {
  try {
    return sameRoot(rootRefOf(dispatcher.store.root), dispatcher.store.ref);
  } catch {
    return false;
  }
}
