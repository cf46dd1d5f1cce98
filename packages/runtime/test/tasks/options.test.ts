import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { defaultSettings } from '../../src/index.ts';
import { StoreInAFolder } from '../setup/store-in-a-folder.ts';

let store: StoreInAFolder;

beforeEach(() => {
  store = new StoreInAFolder();
});
afterEach(() => store.remove());

it('an agent with a transcript is stopped for its silence by default', () => {
  expect(defaultSettings('codex').stall_timeout_seconds).toBe(1800);
  expect(defaultSettings('claude').stall_timeout_seconds).toBe(1800);
});

it('any other is where that was typed or configured, and by default is not', async () => {
  const limitOf = async (wish = {}) =>
    (await store.run('', { backend: 'agent', ...wish })).task.settings.stall_timeout_seconds;
  const executable = store.agent('agent', 'exit 0');
  expect(await limitOf()).toBeNull();
  expect(await limitOf({ settings: { stall_timeout_seconds: 60 } })).toBe(60);
  const config = { backends: { agent: { executable } }, settings: { stall_timeout: '5m' } };
  writeFileSync(join(store.home, 'config.yaml'), JSON.stringify(config));
  expect(await limitOf()).toBe(300);
  expect(await limitOf({ settings: { stall_timeout_seconds: null } })).toBeNull();
});
