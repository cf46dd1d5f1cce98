import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dayOfId, newTaskId } from '@dispatch/core';
import { addTask, endTask, serve, storeAt, told } from './ground.mjs';

/** Fills a store with copies of one task that is over, made in the last `days` days; a real one costs 3 ms of syncs. */
const store = storeAt(told.root);
serve(({ count, days }) => {
  const pattern = addTask(store);
  endTask(store, pattern);
  const folder = store.taskDir(pattern);
  const journal = readFileSync(join(folder, 'events.jsonl'), 'utf8');
  const step = (days * 86_400_000) / count;
  const first = Date.now() - days * 86_400_000;
  let newest = null;
  for (let made = 1; made < count; made += 1) {
    newest = newTaskId({ now: new Date(first + made * step), newest });
    const copy = store.taskDir(newest);
    mkdirSync(copy, { mode: 0o700 });
    for (const name of ['mailbox', 'outputs', 'messages']) mkdirSync(join(copy, name), { mode: 0o700 });
    copyFileSync(join(folder, 'prompt.md'), join(copy, 'prompt.md'));
    writeFileSync(join(copy, 'events.jsonl'), journal.replaceAll(pattern, newest), { mode: 0o600 });
    store.journal(newest).checkpoint();
    const day = join(store.layout.index, dayOfId(newest));
    mkdirSync(day, { recursive: true, mode: 0o700 });
    writeFileSync(join(day, newest), '', { mode: 0o600 });
  }
  return count;
});
