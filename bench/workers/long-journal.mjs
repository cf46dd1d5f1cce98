import { addTask, note, serve, storeAt, told } from './ground.mjs';

/** A task of that many events. */
const store = storeAt(told.root);
serve(({ events }) => {
  const id = addTask(store);
  const journal = store.journal(id);
  for (let at = 1; at < events; at += 1) journal.commitFirst(() => note(`note ${at} of a long story`));
  journal.checkpoint();
  return id;
});
