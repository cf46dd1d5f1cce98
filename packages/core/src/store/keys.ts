import { join } from 'node:path';
import { RefusedError, StoreError } from '../errors.ts';
import { checkKeyFile } from '../records/checks.generated.ts';
import type { KeyFile } from '../records/index.ts';
import { sha256 } from '../disk/hash.ts';
import { readRegular } from '../disk/open.ts';
import { ensureFolder, linkWhole, replaceFile } from '../disk/write.ts';
import { isTaskId } from '../ids/index.ts';
import type { Store } from './store.ts';

/**
 * The task id that a key stands for: `id` where this call linked it, else the one that was there. Durable before
 * anything of the task exists. Throws RefusedError `key_conflict` where the key was used with other input.
 */
export function claimKey(store: Store, key: string, wanted: KeyFile): { task_id: string; first: boolean } {
  ensureFolder(store.layout.keys);
  const path = join(store.layout.keys, sha256(key));
  const first = linkWhole(path, `${JSON.stringify(wanted)}\n`, 'durable');
  if (first) return { task_id: wanted.task_id, first };
  const found = readKey(path);
  if (found.pruned === true)
    throw new RefusedError(
      'key_pruned',
      `--key ${key} stands for task ${found.task_id}, which has been pruned`,
      'use another key to have it done again',
    );
  if (found.input_sha256 !== wanted.input_sha256)
    throw new RefusedError(
      'key_conflict',
      `--key ${key} stands for task ${found.task_id}, which was given other input`,
      'use another key, or the same prompt and options',
    );
  return { task_id: found.task_id, first };
}

/**
 * Keeps the key of a task that is pruned from making it again; `hash` is that of the key, as the journal tells it. A record
 * that is gone, or stands for another task, is left alone.
 */
export function retireKey(store: Store, hash: string, id: string): void {
  if (!/^[0-9a-f]{64}$/.test(hash)) return;
  const path = join(store.layout.keys, hash);
  let found: KeyFile;
  try {
    found = readKey(path);
  } catch (error) {
    if (error instanceof StoreError) return;
    throw error;
  }
  if (found.task_id === id && found.pruned !== true)
    replaceFile(path, `${JSON.stringify({ ...found, pruned: true })}\n`, 'durable');
}

function readKey(path: string): KeyFile {
  const bytes = readRegular(path);
  let value: unknown;
  try {
    value = bytes === null ? null : JSON.parse(bytes.toString('utf8'));
  } catch {
    value = null;
  }
  // A planted id with slashes would lead out of the root.
  if (!checkKeyFile(value) || !isTaskId((value as KeyFile).task_id))
    throw new StoreError(
      'key_unreadable',
      `${path} is no key record`,
      'remove it if no task was made with that key',
    );
  return value as KeyFile;
}
