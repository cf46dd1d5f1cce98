import { closeSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { note, say, serve, storeAt, told } from './ground.mjs';

/** One of several writers: commits to one journal, or does to a file what loses updates, as fast as it can. */
const store = storeAt(told.root);
say({ ready: true });
serve(({ kind, id, commits }) => {
  const journal = store.journal(id);
  const folder = store.taskDir(id);
  for (let turn = 0; turn < commits; turn += 1) {
    const message = `${told.name}:${turn}`;
    if (kind === 'journal') journal.commit(() => note(message));
    else changeUncoordinated(folder, message);
  }
  return { done: commits };
});

/** Read, change, write aside, rename: whole for every reader, and yet one writer undoes the other. */
function changeUncoordinated(folder, message) {
  const path = join(folder, 'task.json');
  const task = JSON.parse(readFileSync(path, 'utf8'));
  task.detail = message;
  const temporary = join(folder, `.task.json.${told.name}`);
  const file = openSync(temporary, 'w', 0o600);
  writeSync(file, `${JSON.stringify(task, null, 2)}\n`);
  closeSync(file);
  renameSync(temporary, path);
}
