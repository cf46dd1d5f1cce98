import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PlantedLink } from '@dispatch/core';
import { closeAttemptFiles, openAttemptFiles, requireRealPath } from '../../src/launch/index.ts';
import { AttemptInAFolder } from '../setup/attempt-in-a-folder.ts';

let place: AttemptInAFolder;
beforeEach(() => {
  place = new AttemptInAFolder();
});
afterEach(() => place.remove());

const open = () => openAttemptFiles({ prompt: place.prompt, stdout: place.stdout, stderr: place.stderr });

test('logs are private, appended to and never truncated', () => {
  const first = open();
  writeSync(first.stdout, 'one\n');
  appendFileSync(place.stdout, 'two\n');
  const second = open();
  writeSync(second.stdout, 'three\n');
  writeSync(first.stdout, 'four\n');
  closeAttemptFiles(first);
  closeAttemptFiles(second);
  expect(readFileSync(place.stdout, 'utf8')).toBe('one\ntwo\nthree\nfour\n');
  expect(statSync(place.stderr).mode & 0o777).toBe(0o600);
});

const plants: Record<string, (path: string, outside: string) => void> = {
  'a link': (path, outside) => symlinkSync(outside, path),
  'a dangling link': (path, outside) => symlinkSync(`${outside}.made`, path),
  'a second name of a file elsewhere': (path, outside) => linkSync(outside, path),
  'a folder': (path) => mkdirSync(path),
  'a fifo': (path) => execFileSync('mkfifo', [path]),
};

test.each(Object.keys(plants))('%s in place of a log is refused, and nothing is made through it', (kind) => {
  const outside = join(place.root, 'bashrc');
  writeFileSync(outside, 'mine');
  plants[kind]!(place.stderr, outside);
  expect(open).toThrow(PlantedLink);
  expect(readFileSync(outside, 'utf8')).toBe('mine');
  expect(existsSync(`${outside}.made`)).toBe(false);
});

test('a prompt that is a link or a fifo is refused', () => {
  const real = `${place.prompt}.real`;
  renameSync(place.prompt, real);
  symlinkSync(real, place.prompt);
  expect(open).toThrow(PlantedLink);
  renameSync(place.prompt, `${place.prompt}.link`);
  execFileSync('mkfifo', [place.prompt]);
  // A reader of a fifo opens at once where it does not block; it is no plain file either way.
  expect(open).toThrow(PlantedLink);
});

test('a folder that is reached through a link is refused', () => {
  requireRealPath(place.outputs);
  const other = join(place.root, 'other');
  renameSync(place.taskDir, other);
  symlinkSync(other, place.taskDir);
  expect(() => requireRealPath(place.outputs)).toThrow(PlantedLink);
  expect(() => requireRealPath(join(place.root, 'missing'))).toThrow(PlantedLink);
});
