import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LAUNCHER_NAME, launcherScript } from '../../src/launch/script.ts';
import { AttemptInAFolder, NONCE } from '../setup/attempt-in-a-folder.ts';

let place: AttemptInAFolder;
beforeEach(() => {
  place = new AttemptInAFolder();
});
afterEach(() => place.remove());

/** The script as `startLauncher` calls it on a machine that has no link(1). */
function runWithLn(): void {
  const before = `{"attempt_nonce":"${NONCE}","pid":`;
  const own = [
    place.outputs,
    'attempt-000',
    NONCE,
    before,
    ',"boot_id":""}',
    place.workspace,
    '0022',
    'ln',
    'move',
  ];
  const agent = ['/bin/sh', '-c', 'echo ran > ran'];
  spawnSync('/bin/sh', ['-c', launcherScript, LAUNCHER_NAME, ...own, ...agent], { cwd: place.outputs });
}

test('claims and records with ln where there is no link', () => {
  runWithLn();
  expect(existsSync(join(place.workspace, 'ran'))).toBe(true);
  expect(JSON.parse(readFileSync(place.claimPath, 'utf8'))).toMatchObject({ attempt_nonce: NONCE });
  expect(JSON.parse(readFileSync(place.exitPath, 'utf8'))).toEqual({ attempt_nonce: NONCE, exit_code: 0 });
});

test.each(['folder', 'link'])('does not put its claim into a planted %s with ln', (kind) => {
  const outside = join(place.root, 'outside');
  mkdirSync(outside);
  if (kind === 'link') symlinkSync(outside, place.claimPath);
  else mkdirSync(place.claimPath);
  runWithLn();
  expect(existsSync(join(place.workspace, 'ran'))).toBe(false);
  expect(readdirSync(outside)).toEqual([]);
  expect(readdirSync(place.claimPath)).toEqual([]);
});

test('leaves without a claim where its working directory is not the folder that was meant', () => {
  const elsewhere = join(place.root, 'elsewhere');
  mkdirSync(elsewhere);
  const own = [place.outputs, 'attempt-000', NONCE, '{"pid":', '}', place.workspace, '0022', 'link', 'move'];
  spawnSync('/bin/sh', ['-c', launcherScript, LAUNCHER_NAME, ...own, '/bin/true'], { cwd: elsewhere });
  expect(readdirSync(elsewhere)).toEqual([]);
  expect(existsSync(place.claimPath)).toBe(false);
});
