import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createFile, linkWholeWith, SyncBatch } from '../../src/index.ts';
import { temporaryFolder } from '../sample-task.ts';

test.for([
  ['at once', (batch: SyncBatch) => batch.flush()],
  ['one after the other', async (batch: SyncBatch) => batch.flushSync()],
] as const)('what is linked with a batch is seen after its flush only (%s)', async ([, flush]) => {
  const folder = temporaryFolder();
  const batch = new SyncBatch();
  const path = join(folder, 'grant.json');
  createFile(join(folder, 'body.md'), 'text', batch);
  linkWholeWith(batch, path, 'whole');
  expect(existsSync(path)).toBe(false);
  await flush(batch);
  expect(readFileSync(path, 'utf8')).toBe('whole');
  expect(readdirSync(folder).sort()).toEqual(['body.md', 'grant.json']);
});

test('a batch that is given up leaves no part of what it was to show', () => {
  const folder = temporaryFolder();
  const batch = new SyncBatch();
  linkWholeWith(batch, join(folder, 'grant.json'), 'whole');
  batch.drop();
  expect(readdirSync(folder)).toEqual([]);
});

test('a folder that is gone fails the flush, and nothing is shown half', async () => {
  const folder = temporaryFolder();
  const batch = new SyncBatch();
  linkWholeWith(batch, join(folder, 'grant.json'), 'whole');
  batch.folder(join(folder, 'missing'));
  await expect(batch.flush()).rejects.toMatchObject({ code: 'ENOENT' });
  expect(readFileSync(join(folder, 'grant.json'), 'utf8')).toBe('whole');
});

test('the name of another is never taken', async () => {
  const folder = temporaryFolder();
  const batch = new SyncBatch();
  createFile(join(folder, 'grant.json'), 'of another', 'cached');
  linkWholeWith(batch, join(folder, 'grant.json'), 'ours');
  await expect(batch.flush()).rejects.toThrow(/stands there already/);
  expect(readFileSync(join(folder, 'grant.json'), 'utf8')).toBe('of another');
  expect(readdirSync(folder)).toEqual(['grant.json']);
});
