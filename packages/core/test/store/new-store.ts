import { join } from 'node:path';
import { initStore, type Store } from '../../src/index.ts';
import { temporaryFolder } from '../sample-task.ts';

export function newStore(): Store {
  return initStore({ root: join(temporaryFolder(), '.dispatch'), environment: {}, cwd: '/' }, { force: true })
    .store;
}
