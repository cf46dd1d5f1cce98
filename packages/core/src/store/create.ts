import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { apply } from '../lifecycle/apply.ts';
import type { EventDataOf, JournalEvent, Task } from '../records/index.ts';
import { errnoOf, requireFolder } from '../disk/open.ts';
import { asStoreError } from '../disk/store-error.ts';
import { SyncBatch } from '../disk/sync.ts';
import { createFile, fsyncFolder } from '../disk/write.ts';
import { newNonce } from '../disk/nonce.ts';
import { encodeEvent, type AnyDraft } from '../journal/encode.ts';
import { setActiveMarker, setDayMarker } from './markers.ts';
import type { Store } from './store.ts';

/** A task to be: its first events, and the bodies that stand in its folder from the beginning. */
export interface TaskDraft {
  created: EventDataOf<'created'>;
  /** What the journal says next, from the first moment on. */
  then?: readonly AnyDraft[];
  /** By their paths below the task's folder; `prompt.md` is always there. */
  bodies: Readonly<Record<string, string | Uint8Array>>;
}

/** A task folder that is complete aside; nobody sees it before it is placed. */
export interface TaskBuild {
  /** What the first events make of it. */
  task: Task;
  /**
   * To be called when the batch is flushed. Where the folder is there already (another builder under the same key came
   * first) that one is taken as it is.
   */
  place(): { created: boolean };
  abandon(): void;
}

/**
 * Makes the task folder whole or not at all: built aside, synced, renamed. Markers stand before the folder does.
 * Returns whether it was this call that made it.
 */
export function createTask(store: Store, draft: TaskDraft): { created: boolean } {
  const batch = new SyncBatch();
  const build = buildTask(store, draft, batch);
  try {
    batch.flushSync();
    const placed = build.place();
    if (placed.created) store.journal(draft.created.id).checkpoint();
    return placed;
  } catch (error) {
    build.abandon();
    throw error;
  }
}

/** What `createTask` does before the folder is synced and shown; the batch is the caller's to flush. */
export function buildTask(store: Store, draft: TaskDraft, batch: SyncBatch): TaskBuild {
  const { id } = draft.created;
  requireFolder(store.layout.tasks);
  const { lines, task } = firstEvents(store, draft);
  if (store.hasTask(id)) return { task, place: () => foundThere(store), abandon: () => undefined };
  const aside = join(store.layout.tasks, `.new-${id}.${newNonce()}`);
  const abandon = (): void => rmSync(aside, { recursive: true, force: true });
  const failed = (error: unknown): unknown => {
    abandon();
    return asStoreError(error, aside);
  };
  try {
    setDayMarker(store, id, batch);
    setActiveMarker(store, { id, attempt: 0 }, batch);
    build(aside, draft, lines, batch);
  } catch (error) {
    batch.drop();
    throw failed(error);
  }
  const place = (): { created: boolean } => {
    try {
      renameSync(aside, store.taskDir(id));
      fsyncFolder(store.layout.tasks);
      return { created: true };
    } catch (error) {
      const taken = ['ENOTEMPTY', 'EEXIST'].includes(errnoOf(error) ?? '');
      if (!taken || !store.hasTask(id)) throw failed(error);
      abandon();
      return foundThere(store);
    }
  };
  return { task, place, abandon };
}

/** The other builder may have died between its rename and its sync. */
function foundThere(store: Store): { created: boolean } {
  fsyncFolder(store.layout.tasks);
  return { created: false };
}

function firstEvents(store: Store, { created, then = [] }: TaskDraft): { lines: Buffer; task: Task } {
  const first: AnyDraft = { kind: 'created', message: `task created: ${created.title}`, data: created };
  const now = store.clock.now();
  const lines: Buffer[] = [];
  let task: Task | null = null;
  for (const draft of [first, ...then]) {
    const sequence = lines.length + 1;
    const nonce = newNonce();
    lines.push(encodeEvent(draft, sequence, nonce, now));
    const event = { ...draft, sequence, nonce, timestamp: now.toISOString() } as JournalEvent;
    task = apply(task, event, store.taskDir(created.id));
  }
  return { lines: Buffer.concat(lines), task: task! };
}

function build(aside: string, draft: TaskDraft, lines: Buffer, batch: SyncBatch): void {
  mkdirSync(aside, { mode: 0o700 });
  for (const folder of ['mailbox', 'outputs', 'messages']) mkdirSync(join(aside, folder), { mode: 0o700 });
  for (const [name, body] of Object.entries(draft.bodies)) {
    createFile(join(aside, name), body, batch);
    batch.folder(dirname(join(aside, name)));
  }
  createFile(join(aside, 'events.jsonl'), lines, batch);
  batch.folder(aside);
}
