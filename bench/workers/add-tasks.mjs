import { removeActiveMarker } from '@dispatch/core';
import { addTask, serve, storeAt, told } from './ground.mjs';

/** Makes tasks that nobody will start; with `over` they have ended, as most of a store have. */
const store = storeAt(told.root);
serve(({ count, over = false }) =>
  Array.from({ length: count }, () => {
    const id = addTask(store);
    if (over) end(id);
    return id;
  }),
);

function end(id) {
  store.journal(id).commit(() => ({
    kind: 'status_changed',
    message: 'cancelled by the user',
    data: { status: 'cancelled', reason: 'user', detail: null },
  }));
  removeActiveMarker(store, { id, attempt: 0 });
}
