import { existsSync, linkSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newRoot, runScript } from './fixture.ts';

const names = (calls: { call: string }[]) => calls.map(({ call }) => call).join(' ');
const libraries = createRequire(import.meta.url);

const three = `
  import fs, { openSync, writeSync, closeSync } from 'node:fs';
  const fd = openSync('a', 'w');
  writeSync(fd, 'one');
  writeSync(fd, 'two');
  closeSync(fd);
  fs.renameSync('a', 'b');
  console.log('end');
`;

describe('counting', () => {
  test('counts and logs each change below the root, and none beside it', async () => {
    const place = newRoot();
    const ran = await runScript(
      place,
      `${three} fs.writeFileSync('../beside/x', 'x'); fs.readFileSync('b');`,
    );
    expect(ran.stdout).toBe('end\n');
    expect(names(ran.calls)).toBe('open write write rename');
    const [open, write, , rename] = ran.calls;
    expect(open).toMatchObject({ n: 1, path: join(place.root, 'a'), flags: 0o1101 });
    expect(write).toMatchObject({ n: 2, path: join(place.root, 'a'), bytes: 3, fd: expect.any(Number) });
    expect(rename).toMatchObject({ n: 4, path: join(place.root, 'a'), path2: join(place.root, 'b') });
  });

  test('takes compound calls apart', async () => {
    const ran = await runScript(
      newRoot(),
      `import fs from 'node:fs';
       fs.mkdirSync('a/b/c', { recursive: true });
       fs.mkdirSync('a/b/c', { recursive: true });
       fs.writeFileSync('a/b/c/f', 'text', { flush: true });
       fs.appendFileSync('a/b/c/f', Buffer.from('more'));
       fs.truncateSync('a/b/c/f', 6);
       if (fs.readFileSync('a/b/c/f', 'utf8') !== 'textmo') throw new Error('content');
       fs.cpSync('a', 'copy', { recursive: true });
       if (fs.readFileSync('copy/b/c/f', 'utf8') !== 'textmo') throw new Error('copy');
       fs.rmSync('a', { recursive: true });
       fs.rmSync('none', { force: true });`,
    );
    expect(ran.stderr).toBe('');
    expect(names(ran.calls)).toBe(
      'mkdir mkdir mkdir open write fsync open write open ftruncate mkdir mkdir mkdir copyFile unlink rmdir rmdir rmdir',
    );
  });

  test('sees CommonJS, callbacks, streams, promises and file handles alike', async () => {
    const ran = await runScript(
      newRoot(),
      `const fs = require('node:fs');
       const { promisify } = require('node:util');
       const { finished } = require('node:stream/promises');
       (async () => {
         await promisify(fs.writeFile)('callback', 'x');
         const fd = fs.openSync('fd', 'w');
         const written = await promisify(fs.write)(fd, Buffer.from('abc'), 1);
         if (written.bytesWritten !== 2 || written.buffer.toString() !== 'abc') throw new Error('promisify');
         const stream = fs.createWriteStream('stream');
         stream.end('x');
         await finished(stream);
         await fs.promises.writeFile('promise', (function* () { yield 'x'; yield 'y'; })());
         const handle = await require('fs/promises').open('handle', 'a');
         const { bytesWritten, buffer } = await handle.write('ä');
         if (bytesWritten !== 2 || buffer !== 'ä') throw new Error('handle.write');
         await handle.writev([Buffer.from('a'), Buffer.from('b')]);
         await handle.appendFile('c');
         await handle.datasync();
         await handle.chmod(0o600);
         await handle.close();
         if (fs.readFileSync('handle', 'utf8') !== 'äabc') throw new Error('handle');
         if (fs.readFileSync('promise', 'utf8') !== 'xy') throw new Error('iterable');
       })();`,
      {},
      'cjs',
    );
    expect(ran.stderr).toBe('');
    expect(names(ran.calls)).toBe(
      'open write open write open write open write open write writev write fdatasync fchmod',
    );
  });

  test('sees graceful-fs, fs-extra and proper-lockfile', async () => {
    const ran = await runScript(
      newRoot(),
      `const graceful = require(${JSON.stringify(libraries.resolve('graceful-fs'))});
       const extra = require(${JSON.stringify(libraries.resolve('fs-extra'))});
       const lockfile = require(${JSON.stringify(libraries.resolve('proper-lockfile'))});
       graceful.writeFile('graceful', 'x', async () => {
         await extra.outputJson('folder/extra.json', {});
         await extra.move('graceful', 'folder/moved');
         const release = await lockfile.lock('folder/moved');
         await release();
         await extra.remove('folder');
       });`,
      {},
      'cjs',
    );
    expect(ran.stderr).toBe('');
    expect(names(ran.calls)).toMatch(
      /^open write mkdir open write rename mkdir (utimes )+rmdir unlink unlink rmdir$/,
    );
  });

  test('knows an inherited descriptor, and counts only in the processes that were named', async () => {
    const place = newRoot();
    writeFileSync(join(place.beside, 'child.mjs'), `console.log('from the child');`);
    const parent = `
      import fs from 'node:fs';
      import { spawnSync } from 'node:child_process';
      const log = fs.openSync('log', 'a');
      spawnSync(process.execPath, ['../beside/child.mjs'], { stdio: ['ignore', log, 'inherit'] });
      fs.writeFileSync('done', '');`;
    const ran = await runScript(place, parent, { process: 'child.mjs', at: 1, mode: 'kill_before' });
    expect(ran.calls).toMatchObject([{ call: 'write', path: join(place.root, 'log'), bytes: 15 }]);
    expect(ran.exitCode).toBe(0);
    expect(readFileSync(join(place.root, 'log'), 'utf8')).toBe('');
    expect(existsSync(join(place.root, 'done'))).toBe(true);
  });

  test('follows a link into the root', async () => {
    const place = newRoot();
    symlinkSync(place.root, join(place.beside, 'link'));
    const ran = await runScript(place, `import fs from 'node:fs'; fs.mkdirSync('../beside/link/x');`);
    expect(names(ran.calls)).toBe('mkdir');
  });
});

describe('faults', () => {
  test.each([
    [1, 'kill_before', []],
    [1, 'kill_after', [['a', '']]],
    [3, 'kill_before', [['a', 'one']]],
    [3, 'kill_short', [['a', 'onet']]],
    [3, 'kill_after', [['a', 'onetwo']]],
    [4, 'kill_before', [['a', 'onetwo']]],
    [4, 'kill_after', [['b', 'onetwo']]],
  ] as const)('at %i %s leaves %j', async (at, mode, left) => {
    const place = newRoot();
    const ran = await runScript(place, three, { at, mode });
    expect(ran).toMatchObject({ signal: 'SIGKILL', stdout: '' });
    expect(ran.calls).toHaveLength(at);
    const files = readdirSync(place.root).map((name) => [name, readFileSync(join(place.root, name), 'utf8')]);
    expect(files).toEqual(left);
  });

  test('kills between the two changes of a promised writeFile', async () => {
    const place = newRoot();
    const source = `import { writeFile } from 'node:fs/promises'; await writeFile('a', 'x');`;
    const ran = await runScript(place, source, { at: 2, mode: 'kill_before' });
    expect(ran.signal).toBe('SIGKILL');
    expect(readFileSync(join(place.root, 'a'), 'utf8')).toBe('');
  });

  test('fails as the disk would, in all three forms', async () => {
    const forms = [
      `try { fs.mkdirSync('a') } catch (error) { tell(error) }`,
      `fs.mkdir('a', tell)`,
      `fs.promises.mkdir('a').catch(tell)`,
    ];
    for (const form of forms) {
      const place = newRoot();
      const source = `import fs from 'node:fs';
        const tell = ({ code, errno, syscall, path }) => console.log(code, errno, syscall, path);
        ${form}`;
      const ran = await runScript(place, source, { at: 1, mode: 'fail', errno: 'EIO' });
      expect(ran.stdout).toBe(`EIO -5 mkdir ${join(place.root, 'a')}\n`);
      expect(readdirSync(place.root)).toEqual([]);
    }
  });

  test('fails fsync of a file handle with ENOSPC unless told otherwise', async () => {
    const source = `import { open } from 'node:fs/promises';
      const handle = await open('a', 'w');
      await handle.sync().catch(({ code }) => console.log(code));`;
    expect((await runScript(newRoot(), source, { at: 2, mode: 'fail' })).stdout).toBe('ENOSPC\n');
  });

  test('writes half and says so', async () => {
    const place = newRoot();
    const source = `import fs from 'node:fs';
      const fd = fs.openSync('a', 'w');
      console.log(fs.writeSync(fd, 'abcd'), fs.writeSync(fd, Buffer.from('efgh'), { offset: 1 }));`;
    expect((await runScript(place, source, { at: 2, mode: 'short' })).stdout).toBe('2 3\n');
    expect(readFileSync(join(place.root, 'a'), 'utf8')).toBe('abfgh');
    const handle = `import { open } from 'node:fs/promises';
      const handle = await open('b', 'w');
      console.log((await handle.writev([Buffer.from('abc'), Buffer.from('def')])).bytesWritten);`;
    expect((await runScript(place, handle, { at: 2, mode: 'short' })).stdout).toBe('3\n');
    expect(readFileSync(join(place.root, 'b'), 'utf8')).toBe('abc');
  });

  test('once: a second process is left alone', async () => {
    const place = newRoot();
    const once = join(place.beside, 'once');
    expect((await runScript(place, three, { at: 2, mode: 'kill_before', once })).signal).toBe('SIGKILL');
    expect(JSON.parse(readFileSync(once, 'utf8'))).toMatchObject({
      n: 2,
      call: 'write',
      mode: 'kill_before',
    });
    expect((await runScript(place, three, { at: 2, mode: 'kill_before', once })).exitCode).toBe(0);
  });

  test('refuses a mode that it does not know', async () => {
    const ran = await runScript(newRoot(), three, { at: 1, mode: 'kill' as 'fail' });
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain(`'kill' is none of`);
  });
});

test('errors of node itself pass through', async () => {
  const place = newRoot();
  writeFileSync(join(place.root, 'a'), '');
  linkSync(join(place.root, 'a'), join(place.root, 'b'));
  const source = `import fs from 'node:fs';
    const codes = [];
    for (const attempt of [
      () => fs.linkSync('a', 'b'), () => fs.writeFileSync('a', 'x', { flag: 'wx' }), () => fs.rmSync('none'),
      () => fs.mkdirSync('a/b', { recursive: true }), () => fs.writeSync(fs.openSync('a', 'w'), 7), () => fs.rmSync('.'),
    ]) try { attempt(); codes.push('none') } catch ({ code }) { codes.push(code) }
    console.log(codes.join(' '));`;
  expect((await runScript(place, source)).stdout).toBe(
    'EEXIST EEXIST ENOENT ENOTDIR ERR_INVALID_ARG_TYPE ERR_FS_EISDIR\n',
  );
});
