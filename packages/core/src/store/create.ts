import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EventDataOf, Task } from '../records/index.ts';
import { errnoOf, requireFolder } from '../disk/open.ts';
import { asStoreError, createFile, fsyncFolder } from '../disk/write.ts';
import { newNonce } from '../disk/nonce.ts';
import { encodeEvent } from '../journal/encode.ts';
import { apply } from '../lifecycle/apply.ts';
import { writeSnapshot } from '../snapshot/snapshot.ts';
import { setActiveMarker, setDayMarker } from './markers.ts';
import type { Store } from './store.ts';

/** A task to be: its first event, and the bodies that stand in its folder from the beginning. */
export interface TaskDraft {
  created: EventDataOf<'created'>;
  /** By name, without folders; `prompt.md` is always there. */
  bodies: Readonly<Record<string, string | Uint8Array>>;
}

/**
 * Makes the task folder whole or not at all: built aside, synced, renamed. Where the folder is there already (another
 * builder under the same key came first) it is taken as it is. Markers stand before the folder does.
 */
export function createTask(store: Store, draft: TaskDraft): { created: boolean } {
  const { id } = draft.created;
  const target = store.taskDir(id);
  requireFolder(store.layout.tasks);
  if (store.hasTask(id)) return foundThere(store);
  const aside = join(store.layout.tasks, `.new-${id}.${newNonce()}`);
  const line = encodeEvent(
    { kind: 'created', message: `task created: ${draft.created.title}`, data: draft.created },
    1,
    newNonce(),
    store.clock.now(),
  );
  try {
    setDayMarker(store, id);
    setActiveMarker(store, { id, attempt: 0 });
    build(aside, draft, line);
    renameSync(aside, target);
    fsyncFolder(store.layout.tasks);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    if (['ENOTEMPTY', 'EEXIST'].includes(errnoOf(error) ?? '') && store.hasTask(id)) return foundThere(store);
    throw asStoreError(error, aside);
  }
  writeFirstSnapshot(line, target);
  return { created: true };
}

/** The other builder may have died between its rename and its sync. */
function foundThere(store: Store): { created: boolean } {
  fsyncFolder(store.layout.tasks);
  return { created: false };
}

function build(aside: string, draft: TaskDraft, line: Buffer): void {
  mkdirSync(aside, { mode: 0o700 });
  for (const folder of ['mailbox', 'outputs', 'messages']) mkdirSync(join(aside, folder), { mode: 0o700 });
  for (const [name, body] of Object.entries(draft.bodies)) createFile(join(aside, name), body, 'durable');
  createFile(join(aside, 'events.jsonl'), line, 'durable');
  fsyncFolder(aside);
}

function writeFirstSnapshot(line: Buffer, taskDir: string): void {
  const event = JSON.parse(line.toString('utf8'));
  const task = apply(null, event, taskDir) as Task;
  try {
    writeSnapshot({ task, position: { sequence: 1, nonce: event.nonce, bytes: line.length } });
  } catch {
    // A snapshot is a cache.
  }
}
