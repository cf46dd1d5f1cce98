import { note, say, serve, storeAt, told } from './ground.mjs';

/** Commits events that name the moment of their making, to the tasks by turns, some milliseconds apart. */
const store = storeAt(told.root);
const journals = told.ids.map((id) => store.journal(id));
say({ ready: true });
let turn = 0;
serve(async ({ count, gapMs }) => {
  for (let written = 0; written < count; written += 1) {
    await new Promise((resolve) => setTimeout(resolve, gapMs));
    const journal = journals[turn % journals.length];
    turn += 1;
    journal.commit(() => note(`at:${process.hrtime.bigint()}`));
  }
  return { done: count };
});
