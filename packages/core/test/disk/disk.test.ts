import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  constants,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import {
  bodyRef,
  createFile,
  ensureFolder,
  linkWhole,
  newNonce,
  openRegular,
  PlantedLink,
  readBody,
  readRegular,
  replaceFile,
  requireFolder,
  unlinkQuietly,
} from '../../src/index.ts';
import { bundle } from '../processes/bundle.ts';
import { ended, startNode, until } from '../processes/run.ts';
import { temporaryFolder } from '../sample-task.ts';

describe('what is no regular file', () => {
  const plants: Record<string, (path: string, outside: string) => void> = {
    'a link to a file': (path, outside) => symlinkSync(outside, path),
    'a link to nothing': (path) => symlinkSync('/nowhere/at/all', path),
    'a link to itself': (path) => symlinkSync(path, path),
    'a folder': (path) => mkdirSync(path),
    'a pipe': (path) => execFileSync('mkfifo', [path]),
  };
  for (const [name, plant] of Object.entries(plants))
    test(`${name} is never read, written or waited for`, () => {
      const folder = temporaryFolder();
      const [path, outside] = [join(folder, 'record'), join(folder, 'outside')];
      writeFileSync(outside, 'secret');
      plant(path, outside);
      expect(() => readRegular(path)).toThrow(PlantedLink);
      for (const flags of [
        constants.O_RDONLY,
        constants.O_WRONLY | constants.O_APPEND,
        constants.O_RDWR | constants.O_CREAT,
      ])
        expect(() => openRegular(path, flags)).toThrow(PlantedLink);
      expect(() => createFile(path, 'mine', 'durable')).toThrow(expect.objectContaining({ code: 'EEXIST' }));
      expect(linkWhole(path, 'mine', 'durable')).toBe(false);
      if (name !== 'a folder') expect(() => ensureFolder(path)).toThrow(PlantedLink);
      expect(readFileSync(outside, 'utf8')).toBe('secret');
      expect(readdirSync(folder).sort()).toEqual(['outside', 'record']);
    });

  test('a socket is none either', async () => {
    const path = join(temporaryFolder(), 'socket');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    expect(() => readRegular(path)).toThrow(PlantedLink);
    server.close();
  });

  test('replaceFile puts the file in the place of the link, not behind it', () => {
    const folder = temporaryFolder();
    const [path, outside] = [join(folder, 'record'), join(folder, 'outside')];
    writeFileSync(outside, 'secret');
    symlinkSync(outside, path);
    replaceFile(path, 'mine', 'durable');
    expect(readFileSync(outside, 'utf8')).toBe('secret');
    expect(lstatSync(path).isFile()).toBe(true);
  });

  test('a link to a folder is no folder', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'real'));
    symlinkSync('real', join(folder, 'link'));
    expect(() => requireFolder(join(folder, 'link'))).toThrow(PlantedLink);
    expect(() => requireFolder(join(folder, 'real'))).not.toThrow();
  });
});

describe('files', () => {
  test('that are missing read as null', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    expect(readRegular(join(folder, 'none'))).toBeNull();
    expect(readRegular(join(folder, 'file', 'none'))).toBeNull();
    expect(() => unlinkQuietly(join(folder, 'none'))).not.toThrow();
  });

  test('are made for the user alone, whole, and never over another', () => {
    const path = join(temporaryFolder(), 'file');
    createFile(path, 'one', 'durable');
    expect(() => createFile(path, 'two', 'durable')).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    expect(readFileSync(path, 'utf8')).toBe('one');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(ensureFolder(`${path}-folder`)).toBe(true);
    expect(ensureFolder(`${path}-folder`)).toBe(false);
    expect(statSync(`${path}-folder`).mode & 0o777).toBe(0o700);
  });

  test('linked into place are there once, by the first, and leave nothing beside them', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'record');
    expect(linkWhole(path, 'first', 'durable', 0o400)).toBe(true);
    for (let index = 0; index < 20; index += 1)
      expect(linkWhole(path, `late ${index}`, 'durable')).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe('first');
    expect(statSync(path).mode & 0o777).toBe(0o400);
    expect(readdirSync(folder)).toEqual(['record']);
  });

  test(
    'in a folder that cannot be written give an error with a remedy',
    { skip: process.getuid?.() === 0 },
    () => {
      const folder = temporaryFolder();
      chmodSync(folder, 0o500);
      expect(() => createFile(join(folder, 'file'), '', 'cached')).toThrow(
        expect.objectContaining({ code: 'not_writable' }),
      );
    },
  );

  test('have references by content', () => {
    expect(bodyRef('prompt.md', 'ä')).toEqual(bodyRef('prompt.md', Buffer.from('ä')));
    expect(bodyRef('prompt.md', 'ä').bytes).toBe(2);
  });

  test('read as bodies are what was recorded, below their folder, or nothing', () => {
    const folder = temporaryFolder();
    const taskDir = join(folder, 'task');
    mkdirSync(taskDir);
    writeFileSync(join(taskDir, 'prompt.md'), 'text');
    writeFileSync(join(folder, 'outside'), 'text');
    expect(readBody(taskDir, bodyRef('prompt.md', 'text'))).toBe('text');
    expect(readBody(taskDir, bodyRef('prompt.md', 'other'))).toBeNull();
    for (const path of [
      '../outside',
      join(folder, 'outside'),
      'messages/../../outside',
      'none',
      'prompt.md\0',
      'a/..',
    ])
      expect(readBody(taskDir, bodyRef(path, 'text'))).toBeNull();
    symlinkSync('prompt.md', join(taskDir, 'link'));
    expect(() => readBody(taskDir, bodyRef('link', 'text'))).toThrow(PlantedLink);
  });

  test('nonces are made of letters and digits and do not repeat', () => {
    const nonces = Array.from({ length: 10_000 }, newNonce);
    expect(new Set(nonces).size).toBe(nonces.length);
    for (const nonce of nonces) expect(nonce).toMatch(/^[a-z0-9]{12}$/);
  });
});

describe('with other processes', () => {
  let folderOfProgram = '';
  let program = '';
  beforeAll(async () => {
    folderOfProgram = mkdtempSync(join(tmpdir(), 'dispatch-disk-'));
    program = await bundle(new URL('./disk-program.ts', import.meta.url), folderOfProgram);
  });
  afterAll(() => rmSync(folderOfProgram, { recursive: true }));

  test(
    'of many that link the same file exactly one wins, and its file is whole',
    { timeout: 30_000 },
    async () => {
      const folder = temporaryFolder();
      const children = Array.from({ length: 12 }, (_, index) =>
        startNode(program, 'link', folder, String(index)),
      );
      await until(
        () => readdirSync(folder).filter((name) => name.startsWith('ready-')).length === children.length,
      );
      writeFileSync(join(folder, 'go'), '');
      const codes = await Promise.all(children.map(ended));
      const winners = codes.flatMap((code, index) => (code === 10 ? [index] : []));
      expect(winners).toHaveLength(1);
      expect(codes.filter((code) => code === 11)).toHaveLength(11);
      expect(readFileSync(join(folder, 'record'), 'utf8')).toBe(String(winners[0]).repeat(50_000));
    },
  );

  test('a reader never sees a part of a file that is being replaced', { timeout: 30_000 }, async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'record');
    writeFileSync(path, 'a'.repeat(200_000));
    const writer = startNode(program, 'replace', folder, '400');
    const seen = new Set<string>();
    let readings = 0;
    while (writer.exitCode === null) {
      const text = String(readRegular(path));
      if (text.length !== 200_000 || text !== text.charAt(0).repeat(text.length)) throw new Error('torn');
      seen.add(text.charAt(0));
      readings += 1;
      if (readings % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(writer.exitCode).toBe(0);
    expect(seen.size).toBeGreaterThan(2);
    expect(readdirSync(folder)).toEqual(['record']);
  });
});

describe('a full disk', () => {
  const mounted = mountSmall();

  // Only root may mount, and not in every container.
  test.skipIf(mounted === null)('gives `disk_full` and leaves no half file', () => {
    const folder = mounted ?? '';
    const big = Buffer.alloc(200 * 1024, 'x');
    writeFileSync(join(folder, 'kept'), 'old');
    for (const write of [
      (): unknown => createFile(join(folder, 'new'), big, 'durable'),
      (): unknown => linkWhole(join(folder, 'linked'), String(big), 'durable'),
      (): unknown => replaceFile(join(folder, 'kept'), String(big), 'cached'),
    ])
      expect(write).toThrow(expect.objectContaining({ code: 'disk_full' }));
    expect(readdirSync(folder)).toEqual(['kept']);
    expect(readFileSync(join(folder, 'kept'), 'utf8')).toBe('old');
    createFile(join(folder, 'small'), 'fits', 'durable');
    linkSync(join(folder, 'small'), join(folder, 'again'));
  });

  afterAll(() => {
    if (mounted === null) return;
    execFileSync('umount', [mounted]);
    rmSync(mounted, { recursive: true });
  });

  function mountSmall(): string | null {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
    const folder = mkdtempSync(join(tmpdir(), 'dispatch-full-'));
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status === 0) return folder;
    rmSync(folder, { recursive: true });
    return null;
  }
});
