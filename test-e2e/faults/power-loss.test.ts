import { cpSync, existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newRoot, runScript } from './fixture.ts';
import { mixed, replay, type ReplayOptions, type Variant } from './power-loss.ts';
import { loadRecording, type Recording, withExternalFiles } from './recording.ts';

type Tree = Record<string, string>;

/** Runs a script under the recorder; gives what is left after a cut behind the call with that number (or all). */
async function record(source: string, before: Tree = {}) {
  const place = newRoot();
  for (const [name, text] of Object.entries(before)) writeFileSync(join(place.root, name), text);
  const folder = join(place.beside, 'recording');
  const initial = join(place.beside, 'initial');
  cpSync(place.root, initial, { recursive: true });
  const ran = await runScript(place, `import fs from 'node:fs'; ${source}`, { record: folder });
  expect(ran.stderr).toBe('');
  const recording = loadRecording(folder);
  let cuts = 0;
  const after = (
    upTo = recording.calls.length,
    variant: Variant = 'strict',
    from: Recording = recording,
  ): Tree => {
    const options: ReplayOptions = {
      upTo,
      into: join(place.beside, `cut-${++cuts}`),
      variant,
      initial: { [place.root]: initial },
    };
    return treeOf(replay(from, options).roots[place.root]!);
  };
  return { ...place, recording, after };
}

function treeOf(folder: string, prefix = ''): Tree {
  return Object.fromEntries(
    readdirSync(folder, { withFileTypes: true }).flatMap((entry): [string, string][] => {
      const path = join(folder, entry.name);
      if (entry.isDirectory())
        return [[`${prefix}${entry.name}/`, ''], ...Object.entries(treeOf(path, `${prefix}${entry.name}/`))];
      return [[prefix + entry.name, readFileSync(path, 'utf8')]];
    }),
  );
}

const syncFolder = `const sync = (path) => { const fd = fs.openSync(path, 'r'); fs.fsyncSync(fd); fs.closeSync(fd) };`;

describe('strict', () => {
  test('an fsync of a file keeps its content and not its name', async () => {
    const { after } = await record(`${syncFolder} fs.writeFileSync('a', 'x', { flush: true }); sync('.');`);
    expect(after(3)).toEqual({});
    expect(after(4)).toEqual({ a: 'x' });
  });

  test('an fsync of a folder keeps a name and not the content', async () => {
    const { after } = await record(`${syncFolder} fs.writeFileSync('a', 'x'); sync('.'); sync('a');`);
    expect([after(2), after(3), after(4)]).toEqual([{}, { a: '' }, { a: 'x' }]);
  });

  test('an append after the fsync is lost', async () => {
    const { after } = await record(
      `const fd = fs.openSync('a', 'a'); fs.writeSync(fd, 'b'); fs.fdatasyncSync(fd); fs.writeSync(fd, 'c');`,
      { a: 'a' },
    );
    expect([after(2), after(), after(undefined, 'lucky')]).toEqual([{ a: 'a' }, { a: 'ab' }, { a: 'abc' }]);
  });

  test('write and rename without an fsync of the folder keeps the old file, without one of the file an empty one', async () => {
    const { after } = await record(
      `${syncFolder} fs.writeFileSync('new', '2', { flush: true }); fs.renameSync('new', 'a'); sync('.');
       fs.writeFileSync('new', '3'); fs.renameSync('new', 'a'); sync('.');`,
      { a: '1' },
    );
    expect([after(4), after(5), after(8), after(9)]).toEqual([{ a: '1' }, { a: '2' }, { a: '2' }, { a: '' }]);
    expect(after(8, 'lucky')).toEqual({ a: '3' });
  });

  test('unlink, truncation and link come back or go with the folder', async () => {
    const { after } = await record(
      `${syncFolder} fs.truncateSync('a', 1); fs.linkSync('a', 'b'); fs.unlinkSync('a'); sync('.'); sync('b');`,
      { a: 'abc' },
    );
    expect([after(4), after(5), after(6)]).toEqual([{ a: 'abc' }, { b: 'abc' }, { b: 'a' }]);
  });

  test('a folder is kept by the fsync of its parent, what is in it by its own', async () => {
    const { after } = await record(
      `${syncFolder} fs.mkdirSync('d/e', { recursive: true }); fs.writeFileSync('d/e/f', 'x', { flush: true });
       sync('d/e'); sync('d'); fs.renameSync('d', 'g'); sync('.');`,
    );
    expect([after(7), after(8)]).toEqual([{}, {}]);
    expect(after(9)).toEqual({ 'g/': '', 'g/e/': '', 'g/e/f': 'x' });
  });

  test('a rename between folders lasts in each by the fsync of that one', async () => {
    const { after } = await record(
      `${syncFolder} fs.mkdirSync('from'); fs.mkdirSync('to'); fs.writeFileSync('from/f', 'x', { flush: true });
       sync('from'); sync('.'); fs.renameSync('from/f', 'to/f'); sync('to'); sync('from');`,
    );
    expect([after(8), after(9), after(10)]).toEqual([
      { 'from/': '', 'from/f': 'x', 'to/': '' },
      { 'from/': '', 'from/f': 'x', 'to/': '', 'to/f': 'x' },
      { 'from/': '', 'to/': '', 'to/f': 'x' },
    ]);
  });

  test('the mode and the two names of one file are kept', async () => {
    const place = await record(
      `${syncFolder} fs.writeFileSync('a', '', { mode: 0o640 }); fs.linkSync('a', 'b'); sync('.');`,
    );
    const into = join(place.beside, 'again');
    const { roots } = replay(place.recording, { upTo: 3, into });
    const [a, b] = ['a', 'b'].map((name) => lstatSync(join(roots[place.root]!, name)));
    expect([a!.ino, a!.mode & 0o777]).toEqual([b!.ino, 0o640]);
  });
});

test('mixed: a seed gives the same disk, seeds give different ones, torn and empty files among them', async () => {
  const { after } = await record(
    `${syncFolder}
    fs.writeFileSync('new', '2'); fs.renameSync('new', 'a'); fs.writeFileSync('b', 'bb'); fs.writeFileSync('c', 'c');`,
    { a: '1' },
  );
  const disks = Array.from({ length: 60 }, (_, seed) => after(undefined, mixed(seed)));
  expect(after(undefined, mixed(7))).toEqual(disks[7]);
  expect(new Set(disks.map((disk) => disk.a))).toEqual(new Set(['1', '2', '', '\0']));
  expect(new Set(disks.map((disk) => disk.b))).toEqual(new Set([undefined, '', 'bb', '\0\0']));
  expect(disks.some((disk) => disk.b === undefined && disk.c === 'c')).toBe(true);
});

test('several processes that append to one file are put in order by where their bytes lie', async () => {
  const place = newRoot();
  const folder = join(place.beside, 'recording');
  writeFileSync(
    join(place.beside, 'writer.mjs'),
    `import fs from 'node:fs'; const fd = fs.openSync('log', 'a');
     for (let i = 0; i < 50; i++) fs.writeSync(fd, process.argv[2] + i + '\\n');
     fs.fsyncSync(fd);`,
  );
  const source = `import { spawn } from 'node:child_process';
    for (const name of 'abc') spawn(process.execPath, ['../beside/writer.mjs', name], { stdio: 'inherit' });`;
  expect((await runScript(place, source, { record: folder })).stderr).toBe('');
  const recording = loadRecording(folder);
  expect(recording.calls).toHaveLength(3 * 52);
  const { roots } = replay(recording, { upTo: 156, into: join(place.beside, 'cut'), variant: 'lucky' });
  expect(readFileSync(join(roots[place.root]!, 'log'), 'utf8')).toBe(
    readFileSync(join(place.root, 'log'), 'utf8'),
  );
});

test('lucky after everything is the real folder, through open handles, temporary folders, copies and links', async () => {
  const { root, after } = await record(`
    const handle = await fs.promises.open('a', 'w');
    await handle.write('12345'); fs.renameSync('a', 'b'); await handle.write('X', 1); await handle.truncate(4);
    const made = fs.mkdtempSync('t-'); fs.copyFileSync('b', made + '/c'); fs.symlinkSync('c', made + '/l');
    fs.appendFileSync(made + '/l', '!'); await fs.promises.rm('b'); fs.writeFileSync('b', 'again');
    for (let i = 0; i < 5; i++) { fs.writeFileSync('x' + i, '' + i); fs.unlinkSync('x' + i); }
    fs.writeSync(fs.openSync('s', fs.constants.O_CREAT | fs.constants.O_WRONLY | fs.constants.O_DSYNC), 'sync');`);
  expect(after(undefined, 'lucky')).toEqual(treeOf(root));
});

test('files that others made are named unknown, or taken from the real root as never fsynced', async () => {
  const { recording, after, root, beside } = await record(`${syncFolder}
    const { execSync } = await import('node:child_process');
    execSync('echo shell > made; sleep 0.05'); fs.writeFileSync('b', ''); sync('.');
    execSync('sleep 0.05; echo later > second');`);
  expect(after(undefined, 'lucky')).toEqual({ b: '' });
  const whole = withExternalFiles(recording);
  expect(whole.calls.map(({ call }) => call)).toEqual(['external', 'open', 'fsync', 'external']);
  expect(after(4, 'lucky', whole)).toEqual({ b: '', made: 'shell\n', second: 'later\n' });
  expect(after(4, 'strict', whole)).toEqual({ b: '', made: '' });

  const source = `import fs from 'node:fs'; import { execSync } from 'node:child_process';
    execSync('echo x > o'); fs.renameSync('o', 'p');`;
  const folder = join(beside, 'second');
  await runScript({ root, beside }, source, { record: folder });
  const { unknown } = replay(loadRecording(folder), { upTo: 1, into: join(beside, 'unknown') });
  expect(unknown).toEqual([join(root, 'o')]);
  expect(existsSync(join(root, 'p'))).toBe(true);
});
