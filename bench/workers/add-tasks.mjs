import { addTask, serve, storeAt, told } from './ground.mjs';

const store = storeAt(told.root);
serve(({ count }) => Array.from({ length: count }, () => addTask(store)));
