import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newRoot } from './fixture.ts';
import { straceAvailable, straceCheck, type StraceCheck } from './strace-check.ts';

const libraries = createRequire(import.meta.url);
const check = async (source: string) => {
  const { root, beside } = newRoot();
  const script = join(beside, 'script.cjs');
  writeFileSync(script, source);
  return (await straceCheck({
    command: [process.execPath, script],
    roots: [root],
    cwd: root,
  })) as StraceCheck;
};

test.skipIf(!straceAvailable())('every change of a long list is counted', { timeout: 60_000 }, async () => {
  const result = await check(`
    const fs = require('node:fs');
    const { finished } = require('node:stream/promises');
    const { spawnSync, execSync } = require('node:child_process');
    const extra = require(${JSON.stringify(libraries.resolve('fs-extra'))});
    const lockfile = require(${JSON.stringify(libraries.resolve('proper-lockfile'))});
    (async () => {
      fs.mkdirSync('a/b ü', { recursive: true });
      fs.writeFileSync('a/b ü/f', 'text'); fs.appendFileSync('a/b ü/f', 'more'); fs.truncateSync('a/b ü/f', 3);
      const fd = fs.openSync(process.cwd() + '/a/g', 'a+'); fs.writeSync(fd, 'x'); fs.writevSync(fd, [Buffer.from('y')]);
      fs.fsyncSync(fd); fs.fdatasyncSync(fd); fs.fchmodSync(fd, 0o600); fs.futimesSync(fd, 1, 1);
      fs.renameSync('a/g', 'a/h'); fs.writeSync(fd, 'after'); fs.unlinkSync('a/h'); fs.writeSync(fd, 'gone');
      const folder = fs.openSync('a', 'r'); fs.fsyncSync(folder);
      fs.symlinkSync('b ü', 'a/l'); fs.linkSync('a/b ü/f', 'a/k'); fs.copyFileSync('a/k', 'a/copy');
      fs.chmodSync('a/k', 0o644); fs.utimesSync('a/k', 1, 1); fs.lutimesSync('a/l', 1, 1); fs.chownSync('a/k', process.getuid(), process.getgid());
      try { fs.linkSync('a/k', 'a/copy') } catch {}
      fs.mkdtempSync('t-'); fs.cpSync('a', 'c', { recursive: true });
      process.chdir('c');
      await fs.promises.writeFile('p', 'x'); await fs.promises.appendFile('p', 'x'); await fs.promises.truncate('p');
      const handle = await fs.promises.open('h', 'w');
      await handle.write('x'); await handle.appendFile('y'); await handle.sync(); await handle.truncate(1); await handle.utimes(1, 1);
      const fromHandle = handle.createWriteStream(); fromHandle.end('z'); await finished(fromHandle);
      const stream = fs.createWriteStream('s', { flush: true }); stream.write('1'); stream.end('2'); await finished(stream);
      await new Promise((done) => fs.mkdtemp('u-', done)); await fs.promises.cp('p', 'q');
      await extra.outputFile('e/f/g', 'x'); await extra.copy('e', 'e2'); await extra.emptyDir('e2'); await extra.ensureSymlink('e/f', 'e3');
      const release = await lockfile.lock('p'); await release();
      process.chdir('..');
      const log = fs.openSync('log', 'a');
      spawnSync(process.execPath, ['-e', 'console.log(1); console.error(2); require("fs").writeFileSync("child", "x")'], { stdio: ['ignore', log, log] });
      execSync('echo shell > shell');
      fs.rmSync('c', { recursive: true }); await fs.promises.rm('a', { recursive: true, force: true });
    })();`);
  expect(result.stderr).toBe('');
  expect(result.exitCode).toBe(0);
  expect(result.missed).toEqual([]);
  expect(result.surplus).toEqual([]);
  expect(result.compared).toBeGreaterThan(80);
});

test.skipIf(!straceAvailable())('a change past the preload is found', { timeout: 60_000 }, async () => {
  // process.binding is not patched: what it does stands for a way that the preload does not know.
  const result = await check(
    `process.binding('fs').mkdir('hidden', 0o700, false); require('fs').mkdirSync('seen');`,
  );
  expect(result.missed).toMatchObject([{ kind: 'mkdir', path: expect.stringMatching(/hidden$/) as string }]);
  expect(result.compared).toBe(2);
});
