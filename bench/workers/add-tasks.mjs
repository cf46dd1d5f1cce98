import { addTask, endTask, serve, storeAt, told } from './ground.mjs';

/** Makes tasks that nobody will start; with `over` they have ended, as most of a store have. */
const store = storeAt(told.root);
serve(({ count, over = false }) =>
  Array.from({ length: count }, () => {
    const id = addTask(store);
    if (over) endTask(store, id);
    return id;
  }),
);
