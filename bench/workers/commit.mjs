import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { addTask, say, serve, storeAt, told } from './ground.mjs';

/** Commits that must last, and the writing of a file of the same bytes that must last, by turns. */
const store = storeAt(told.root);
say({ ready: true });
serve(({ commits }) => {
  const journal = store.journal(addTask(store));
  const bytes = readFileSync(join(journal.taskDir, 'task.json'));
  const spent = { ours: [], floor: [] };
  for (let turn = 0; turn < commits; turn += 1) {
    spent.floor.push(timed(() => writeDurably(join(journal.taskDir, 'outputs'), bytes)));
    spent.ours.push(timed(() => journal.commit(() => change(turn))));
  }
  return spent;
});

function change(turn) {
  const detail = `the commit of round ${turn}`;
  return {
    kind: 'status_changed',
    message: 'changed',
    data: { status: 'pending', reason: 'sandboxed_host', detail },
  };
}

function writeDurably(folder, bytes) {
  const temporary = join(folder, 'floor.json.new');
  const file = openSync(temporary, 'w', 0o600);
  writeSync(file, bytes);
  fsyncSync(file);
  closeSync(file);
  renameSync(temporary, join(folder, 'floor.json'));
  const parent = openSync(folder, 'r');
  fsyncSync(parent);
  closeSync(parent);
}

function timed(work) {
  const began = performance.now();
  work();
  return performance.now() - began;
}
