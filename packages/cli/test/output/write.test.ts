import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeFully } from '../../src/output/write.ts';
import { temporaryFolder } from '../outside.ts';

test('all of a large text reaches a file', () => {
  const file = join(temporaryFolder(), 'out');
  const fd = openSync(file, 'w');
  expect(writeFully(fd, 'ü'.repeat(3_000_000))).toBe(true);
  closeSync(fd);
  expect(readFileSync(file).length).toBe(6_000_000);
});

test('a pipe whose reader has gone says so', () => {
  const folder = temporaryFolder();
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const reader = openSync(pipe, 'r+');
  const fd = openSync(pipe, 'w');
  closeSync(reader);
  expect(writeFully(fd, 'x')).toBe(false);
  closeSync(fd);
});

test('a slow reader of a pipe that does not block gets everything', async () => {
  const folder = temporaryFolder();
  const pipe = join(folder, 'pipe');
  const copy = join(folder, 'copy');
  execFileSync('mkfifo', [pipe]);
  writeFileSync(copy, '');
  const reader = spawn('/bin/sh', ['-c', `sleep 0.2; cat`], {
    stdio: [openSync(pipe, 'r+'), openSync(copy, 'w'), 'ignore'],
  });
  // O_WRONLY | O_NONBLOCK
  const fd = openSync(pipe, 0o4001);
  expect(writeFully(fd, Buffer.alloc(1_000_000, 'x'))).toBe(true);
  closeSync(fd);
  await expect.poll(() => readFileSync(copy).length, { timeout: 5000 }).toBe(1_000_000);
  reader.kill();
});

test.runIf(process.platform === 'linux')('a full disk is an error with a name', () => {
  const fd = openSync('/dev/full', 'w');
  expect(() => writeFully(fd, 'x')).toThrow(
    expect.objectContaining({ code: 'output_failed', exitStatus: 5 }) as Error,
  );
  closeSync(fd);
});
