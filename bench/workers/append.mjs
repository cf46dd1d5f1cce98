import { appendFileSync } from 'node:fs';
import { encodeEvent, newNonce } from '@dispatch/core';
import { addTask, note, say, serve, storeAt, told } from './ground.mjs';

/** Appends one event to a long journal and to a new one by turns; each time as a new process would find the task. */
const store = storeAt(told.root);
const long = addTask(store);
fill(long, told.events);
say({ ready: true });
serve(({ appends }) => {
  const short = addTask(store);
  const spent = { ours: [], floor: [] };
  for (let turn = 0; turn < appends; turn += 1) {
    spent.floor.push(append(short));
    spent.ours.push(append(long));
  }
  return spent;
});

/** Milliseconds. */
function append(id) {
  const began = performance.now();
  store
    .journal(id)
    .commit(() => note('one more event of the usual length, as a look at an attempt writes it'));
  return performance.now() - began;
}

function fill(id, events) {
  const journal = store.journal(id);
  const lines = [];
  for (let sequence = 2; sequence <= events; sequence += 1)
    lines.push(encodeEvent(note(`event ${sequence} of a long story`), sequence, newNonce(), new Date()));
  appendFileSync(`${journal.taskDir}/events.jsonl`, Buffer.concat(lines));
  const { position } = journal.rewriteSnapshot();
  if (position.sequence !== events) throw new Error(`${position.sequence} events instead of ${events}`);
}
