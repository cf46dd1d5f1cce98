import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isOurs } from '../../src/service/command.ts';
import { programOfUnit, systemdUnit } from '../../src/service/systemd.ts';

const line = (text: string, key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1];

it('is a plain unit for plain paths', () => {
  const unit = systemdUnit({
    node: '/opt/node',
    program: '/opt/dispatch/bin.cjs',
    home: '/srv/me/.dispatch',
  });
  expect(unit.split('\n')[0]).toMatch(/^# Written by dispatch, /);
  expect(isOurs(unit)).toBe(true);
  expect(line(unit, 'ExecStart')).toBe('/opt/node /opt/dispatch/bin.cjs supervise --everywhere');
  expect(line(unit, 'Environment')).toBe('"DISPATCH_HOME=/srv/me/.dispatch"');
  for (const one of ['Type=oneshot', 'KillMode=process', 'RemainAfterExit=yes', 'WantedBy=default.target'])
    expect(unit).toContain(`\n${one}\n`);
});

it.each([
  ['spaces', '/a b', '/c d', '"/a b" "/c d"'],
  ['percents', '/a%h', '/b%%', '"/a%%h" "/b%%%%"'],
  // Only in arguments a dollar begins a variable.
  ['dollars', '/a$HOME', '/b$HOME', '"/a$HOME" "/b$$HOME"'],
  ['quotes in the program', '/a', `/b"c'd\\e`, String.raw`/a "/b\"c'd\\e"`],
  ['quotes in node', `/a"b`, '/c', String.raw`/bin/sh -c "exec \"$$@\"" dispatch "/a\"b" /c`],
  ['lines', '/a', '/b\nc', String.raw`/a "/b\x0ac"`],
])('quotes %s', (_, node, program, written) => {
  const unit = systemdUnit({ node, program, home: '/h' });
  expect(line(unit, 'ExecStart')).toBe(`${written} supervise --everywhere`);
  expect(programOfUnit(unit)).toEqual({ node, program });
});

it('reads whatever path it has written', () => {
  const path = fc.string({ unit: fc.constantFrom(...'ab /%$"\'\\\n\t{}=@-é') }).map((name) => `/${name}`);
  fc.assert(
    fc.property(path, path, (node, program) => {
      expect(programOfUnit(systemdUnit({ node, program, home: '/h' }))).toEqual({ node, program });
    }),
  );
});

it('reads nothing from a command line of somebody else', () => {
  for (const text of ['', 'ExecStart=', 'ExecStart=/usr/bin/true', 'ExecStart=/a /b supervise'])
    expect(programOfUnit(text)).toBeNull();
});

const noSystemd = spawnSync('systemd-analyze', ['--version']).error !== undefined;

describe('by systemd itself', () => {
  let folder: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'dispatch-unit-')));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it.for(['plain', 'a b', 'a%h$HOME', '$$', `"quoted" 'twice' \\`])(
    'a path with %j is understood',
    (name, { skip }) => {
      if (noSystemd) skip('systemd-analyze is not installed');
      const inside = join(folder, name);
      mkdirSync(join(folder, 'run'), { mode: 0o700 });
      mkdirSync(inside);
      const node = join(inside, 'node');
      writeFileSync(node, '#!/bin/sh\n');
      chmodSync(node, 0o755);
      const unit = join(folder, 'dispatch.service');
      const [program, home] = [join(inside, 'bin.cjs'), join(inside, 'home')];
      writeFileSync(unit, systemdUnit({ node, program, home }));
      const verify = (level: string) =>
        spawnSync('systemd-analyze', ['--user', '--man=no', 'verify', unit], {
          env: {
            HOME: folder,
            XDG_RUNTIME_DIR: join(folder, 'run'),
            PATH: process.env['PATH'],
            SYSTEMD_LOG_LEVEL: level,
          },
          encoding: 'utf8',
        });
      expect(verify('info')).toMatchObject({ status: 0, stderr: '', stdout: '' });
      // What this version of systemd makes of the lines, where it tells.
      const told = verify('debug');
      const said = (key: string) =>
        new RegExp(`^\\s*${key}: (.*)$`, 'm').exec(told.stdout + told.stderr)?.[1];
      const command = said('Command Line');
      if (command === undefined) return;
      expect(said('Environment')).toBe(`DISPATCH_HOME=${home}`);
      const words = execFileSync('bash', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' })
        .split('\0')
        .slice(0, -1);
      const [first, ...rest] = words.slice(-4);
      // A word that is not the first has its dollars doubled until the process is started.
      const direct = words.length === 4;
      expect([
        direct ? first : first!.replaceAll('$$', '$'),
        ...rest.map((word) => word.replaceAll('$$', '$')),
      ]).toEqual([node, program, 'supervise', '--everywhere']);
    },
  );
});
