/** argv: root, id, name, file whose appearance is the start. Exits 10 where it made the task, 11 where it was there. */
import { existsSync } from 'node:fs';
import { createTask, openStore } from '../../src/store/index.ts';
import { draftOf } from './draft.ts';

const [root = '', id = '', name = '', go = ''] = process.argv.slice(2);
const store = openStore({ root, environment: {}, cwd: '/' });
while (!existsSync(go));
process.exitCode = createTask(store, draftOf(id, name)).created ? 10 : 11;
