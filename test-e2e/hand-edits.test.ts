// What a hand does to a task's records: seen, reported, undone where that is possible, and never believed.
import { appendFileSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Stage } from './harness/index.ts';
import { damagedOnPurpose } from '../scripts/test/keep-stores.mjs';
import {
  cleanUpAfterEach,
  dataOf,
  errorOf,
  livingProcesses,
  stageScriptedAgent,
  temporaryFolder,
  treeOf,
  until,
} from './harness/index.ts';

cleanUpAfterEach();

let stage: Stage;
let id: string;
let snapshot: string;
let journal: string;
beforeEach(async () => {
  stage = await stageScriptedAgent('#!/bin/sh\ncat >/dev/null\necho run >> runs\n');
  id = dataOf(await stage.type(['run', '--prompt', 'Do it.'])).task_id;
  expect((await stage.type(['wait', id])).exitCode).toBe(0);
  await until(
    () => !livingProcesses().some(({ argv }) => argv.includes('supervise') && argv.includes(stage.root)),
    { what: 'the supervisor has left' },
  );
  snapshot = join(stage.taskDir(id), 'task.json');
  journal = join(stage.taskDir(id), 'events.jsonl');
});

const doctor = async () =>
  dataOf<{ findings: { what: string; repaired: boolean; action: string }[] }>(await stage.type(['doctor']))
    .findings;
const status = async () => dataOf(await stage.type(['inspect', id]));

test.each<[what: string, edit: (text: string) => string, finding: string]>([
  ['edited', (text) => text.replace('"completed"', '"cancelled"'), 'snapshot_edited'],
  ['torn', (text) => text.slice(0, text.length / 2), 'snapshot_torn'],
  ['emptied', () => '', 'snapshot_torn'],
  ['made something else', () => '{"hello": "world"}\n', 'snapshot_edited'],
  ['no text', () => '\0\0\0\0', 'snapshot_torn'],
])('task.json, %s by hand: not believed, reported, undone', async (_what, edit, finding) => {
  const good = readFileSync(snapshot, 'utf8');
  writeFileSync(snapshot, edit(good));
  const seen = await status();
  expect(seen.task).toMatchObject({ status: 'completed' });
  if (finding === 'snapshot_edited') expect(seen.damage).toContain('edited by hand');
  expect(await doctor()).toContainEqual(expect.objectContaining({ what: finding, repaired: true }));
  expect(readFileSync(snapshot, 'utf8')).toBe(good);
  expect((await status()).damage).toBeNull();
});

test('task.json removed: folded from the journal, and written anew', async () => {
  const good = readFileSync(snapshot, 'utf8');
  rmSync(snapshot);
  expect((await status()).task).toMatchObject({ status: 'completed' });
  await doctor();
  expect(readFileSync(snapshot, 'utf8')).toBe(good);
});

test('task.json whose hash is right and whose paths lead elsewhere: nothing is read or written there', async () => {
  const elsewhere = temporaryFolder('elsewhere');
  writeFileSync(join(elsewhere, 'attempt-000.stdout.log'), 'not yours\n');
  for (const folder of ['outputs', 'mailbox']) mkdirSync(join(elsewhere, folder));
  const before = treeOf(elsewhere);
  // As packages/core/src/snapshot/checksum.ts: a worker can compute it, too.
  const forged = readFileSync(snapshot, 'utf8')
    .replaceAll(`${stage.taskDir(id)}/outputs`, `${elsewhere}/outputs`)
    .replaceAll(`${elsewhere}/outputs/attempt`, `${elsewhere}/attempt`)
    .replaceAll(`${stage.taskDir(id)}/mailbox`, `${elsewhere}/mailbox`)
    .replace(/"hash": "[^"]*"/, '"hash": ""');
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(forged)) hash = Math.imul(hash ^ byte, 0x01000193);
  const signed = `${Buffer.byteLength(forged)}-${(hash >>> 0).toString(16).padStart(8, '0')}`;
  writeFileSync(snapshot, forged.replace('"hash": ""', `"hash": "${signed}"`));

  const logs = await stage.type(['logs', id]);
  expect(logs.stdout + logs.stderr).not.toContain('not yours');
  expect(JSON.stringify((await status()).task)).not.toContain(elsewhere);
  dataOf(await stage.type(['resume', id, '--message', 'Again.']));
  expect((await stage.type(['wait', id])).exitCode).toBe(0);
  expect(treeOf(elsewhere)).toEqual(before);
});

test('a journal with a missing line: reported, written by nobody, and mended by doctor without a loss', async () => {
  const lines = readFileSync(journal, 'utf8').split('\n');
  lines.splice(2, 1);
  writeFileSync(journal, lines.join('\n'));
  rmSync(snapshot);
  const before = readFileSync(journal, 'utf8');
  expect((await status()).damage).toContain('doctor');
  const resumed = await stage.type(['resume', id, '--message', 'x']);
  expect(resumed.exitCode).toBe(6);
  expect(errorOf(resumed)).toMatchObject({ code: 'journal_damaged' });
  expect(errorOf(resumed).message).toContain('event 3');
  expect(readFileSync(journal, 'utf8')).toBe(before);
  expect(await doctor()).toContainEqual(expect.objectContaining({ what: 'events_missing', repaired: true }));
  expect(readFileSync(journal, 'utf8').startsWith(before)).toBe(true);
  expect((await status()).damage).toBeNull();
  await stage.type(['resume', id, '--message', 'Again.']);
  expect((await stage.type(['wait', id])).exitCode).toBe(0);
});

test('a journal cut in the middle of a line: the stump is closed and never counts', async () => {
  const size = readFileSync(journal).length;
  truncateSync(journal, size - 20);
  rmSync(snapshot);
  expect(await doctor()).toContainEqual(expect.objectContaining({ what: 'torn_line', repaired: true }));
  expect((await stage.type(['wait', id])).exitCode).toBe(0);
  expect(readFileSync(join(stage.cwd, 'runs'), 'utf8')).toBe('run\n');
});

test('a journal that is gone, or does not begin with the creation', async () => {
  const good = readFileSync(journal, 'utf8');
  writeFileSync(journal, 'hello\n');
  rmSync(snapshot);
  const strange = await stage.type(['inspect', id]);
  expect(strange.exitCode).toBe(6);
  expect(errorOf(strange).code).toBe('journal_damaged');
  rmSync(journal);
  const gone = await stage.type(['inspect', id]);
  expect(gone.exitCode).toBe(6);
  expect(errorOf(gone).code).toBe('journal_missing');
  const listed = dataOf<{ task_id: string; damage: string }[]>(await stage.type(['list']));
  expect(listed[0]).toMatchObject({ task_id: id });
  expect(listed[0]?.damage).toContain('events.jsonl');
  expect(await doctor()).toContainEqual(
    expect.objectContaining({ what: 'journal_missing', repaired: false }),
  );
  writeFileSync(journal, good);
  expect((await status()).task.status).toBe('completed');
});

test('events of a newer version: an unknown kind is kept, a change of the status is left to the newer one', async () => {
  writeFileSync(join(stage.root, damagedOnPurpose), '');
  const next = (fields: object) =>
    appendFileSync(
      journal,
      `${JSON.stringify({
        sequence: stage.events(id).at(-1)!.sequence + 1,
        timestamp: new Date().toISOString(),
        message: 'from the future',
        nonce: `future${stage.events(id).length}future`,
        ...fields,
      })}\n`,
    );
  next({ kind: 'teleported', data: { where: 'far' } });
  const seen = await status();
  expect(seen.task.status).toBe('completed');
  expect(seen.damage).toBeNull();
  dataOf(await stage.type(['resume', id, '--message', 'Again.']));
  expect((await stage.type(['wait', id])).exitCode).toBe(0);
  expect(stage.events(id).map(({ kind }) => kind)).toContain('teleported');

  next({
    kind: 'status_changed',
    fold_version: 99,
    data: { status: 'hibernating', reason: 'x', detail: null },
  });
  const before = readFileSync(journal, 'utf8');
  expect((await status()).damage).toContain('newer_version');
  const refused = await stage.type(['resume', id, '--message', 'x']);
  expect(refused.exitCode).toBe(4);
  expect(errorOf(refused).code).toBe('newer_version');
  expect(await doctor()).toContainEqual(expect.objectContaining({ what: 'newer_version', repaired: false }));
  expect(readFileSync(journal, 'utf8')).toBe(before);
});
