// `supervise --install` and `--uninstall`, and what `--status` and `doctor` say of them.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Stage } from './harness/index.ts';
import {
  cleanUpAfterEach,
  dataOf,
  dispatch,
  dispatchProgram,
  errorOf,
  stageScriptedAgent,
  treeOf,
  writeFiles,
} from './harness/index.ts';

cleanUpAfterEach();

/** No user manager runs, as over ssh without a session or in a container. */
const nobody = '#!/bin/sh\necho "Failed to connect to bus: No medium found" >&2\nexit 1\n';

let stage: Stage;
let folder: string;
let unit: string;
let link: string;
beforeEach(async () => {
  stage = await stageScriptedAgent('#!/bin/sh\n');
  stage.home.program('systemctl', nobody);
  folder = join(stage.home.home, '.config');
  mkdirSync(folder, { recursive: true });
  unit = join(folder, 'systemd/user/dispatch.service');
  link = join(folder, 'systemd/user/default.target.wants/dispatch.service');
});

const supervise = (...args: string[]) => stage.type(['supervise', ...args]);
const nameless = 'dispatch-elsewhere.service';

interface ServiceStatus {
  state: string;
  path: string;
  enabled: boolean;
  stale: boolean;
  stale_because: string[];
}
interface Status {
  store: { supervisor: { state: string; how: string | null } } | null;
  service: ServiceStatus;
}
const status = async () => dataOf<Status>(await supervise('--status'));

describe('the unit', () => {
  test('is written, linked, the same when written again, and removed with all that was made', async () => {
    const before = treeOf(folder);
    const first = dataOf<{ written: string; manager_error: string }>(await supervise('--install'));
    expect(first).toMatchObject({ path: unit, written: 'new', manager: 'systemd' });
    expect(first.manager_error).toContain('No medium found');
    const text = readFileSync(unit, 'utf8');
    expect(text).toContain(`ExecStart=${process.execPath} ${dispatchProgram} supervise --everywhere\n`);
    expect(readlinkSync(link)).toBe(unit);
    const after = treeOf(folder);
    expect(dataOf(await supervise('--install'))).toMatchObject({ written: 'unchanged' });
    expect(treeOf(folder)).toEqual(after);
    expect(dataOf(await supervise('--install', '--print'))).toEqual({ path: unit, text });
    expect(await status()).toMatchObject({
      store: null,
      service: {
        ...{ state: 'installed', path: unit, enabled: true, stale: false },
        ...{ node: process.execPath, program: dispatchProgram },
      },
    });
    expect(dataOf(await supervise('--uninstall'))).toMatchObject({ path: unit, removed: true });
    expect(treeOf(folder)).toEqual(before);
    expect(dataOf(await supervise('--uninstall'))).toMatchObject({ removed: false });
    expect((await status()).service).toMatchObject({ state: 'not_installed', enabled: false, stale: false });
  });

  test('is one that systemd accepts', async ({ skip }) => {
    if (spawnSync('systemd-analyze', ['--version']).error !== undefined)
      skip('systemd-analyze is not installed');
    dataOf(await supervise('--install'));
    const runtime = join(stage.home.home, 'run');
    mkdirSync(runtime, { mode: 0o700 });
    const env = { ...stage.home.env, XDG_RUNTIME_DIR: runtime };
    const verified = spawnSync('systemd-analyze', ['--user', '--man=no', 'verify', unit], {
      env,
      encoding: 'utf8',
    });
    expect(verified).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  test('is shown without being written', async () => {
    const before = treeOf(folder);
    const { text } = dataOf<{ text: string }>(await supervise('--install', '--print'));
    const shown = await dispatch(['supervise', '--install', '--print'], {
      cwd: stage.cwd,
      env: stage.home.env,
    });
    expect(shown.stdout).toBe(text);
    expect(treeOf(folder)).toEqual(before);
  });

  test.each([
    [
      'a unit of another hand',
      () => writeFiles(join(folder, 'systemd/user'), { 'dispatch.service': '[Unit]\n' }),
    ],
    [
      'a masked one',
      () => {
        mkdirSync(join(folder, 'systemd/user'), { recursive: true });
        symlinkSync('/dev/null', unit);
      },
    ],
    [
      'a link to something else',
      () => {
        mkdirSync(join(link, '..'), { recursive: true });
        symlinkSync(`../${nameless}`, link);
      },
    ],
  ])('%s is refused and left', async (_, make) => {
    make();
    const before = treeOf(folder);
    for (const action of ['--install', '--uninstall']) {
      const ended = await supervise(action);
      expect(ended.exitCode).toBe(4);
      expect(errorOf(ended).code).toBe('service_foreign');
    }
    expect(treeOf(folder)).toEqual(before);
    expect((await status()).service).toMatchObject({ state: 'foreign', enabled: false });
  });

  test('several installs at once make one unit and leave nothing else', async () => {
    const installed = await Promise.all([1, 2, 3, 4].map(() => supervise('--install')));
    expect(installed.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
    expect(Object.keys(treeOf(join(folder, 'systemd/user'))).map((name) => name.split(':')[1])).toEqual([
      'default.target.wants',
      'default.target.wants/dispatch.service',
      'dispatch.service',
    ]);
  });

  test('a place that cannot be is named', async () => {
    writeFileSync(join(folder, 'systemd'), '');
    const ended = await supervise('--install');
    expect(ended.exitCode).toBe(5);
    expect(errorOf(ended)).toMatchObject({
      code: 'service_unreachable',
      message: expect.stringContaining(unit),
    });
    expect(dataOf(await supervise('--uninstall'))).toMatchObject({ removed: false });
  });

  test('a relative link enables it as well', async () => {
    dataOf(await supervise('--install'));
    rmSync(link);
    symlinkSync('../dispatch.service', link);
    expect((await status()).service.enabled).toBe(true);
    dataOf(await supervise('--install'));
    expect(readlinkSync(link)).toBe('../dispatch.service');
  });

  test('a folder that is a link of its user is followed', async () => {
    mkdirSync(join(folder, 'systemd'));
    mkdirSync(join(stage.home.home, 'dotfiles'));
    symlinkSync('../../dotfiles', join(folder, 'systemd/user'));
    dataOf(await supervise('--install'));
    expect(existsSync(join(stage.home.home, 'dotfiles/dispatch.service'))).toBe(true);
    expect((await status()).service).toMatchObject({ enabled: true, stale: false });
    dataOf(await supervise('--uninstall'));
    expect(treeOf(join(stage.home.home, 'dotfiles'))).toEqual({});
  });

  test('one that names what is gone is stale; doctor tells, and another install mends it', async () => {
    dataOf(await stage.type(['init']));
    const findings = async () =>
      dataOf<{ findings: { what: string; action: string }[] }>(await stage.type(['doctor'])).findings.filter(
        ({ what }) => what === 'service_stale',
      );
    expect(await findings()).toEqual([]);
    dataOf(await supervise('--install'));
    expect(await findings()).toEqual([]);
    const text = readFileSync(unit, 'utf8');
    writeFileSync(unit, text.replace(`ExecStart=${process.execPath}`, 'ExecStart=/opt/old/node'));
    expect((await status()).service).toMatchObject({
      ...{ stale: true, stale_because: ['node_gone'], node: '/opt/old/node' },
    });
    expect(await findings()).toMatchObject([
      { action: expect.stringMatching(/\/opt\/old\/node, which is gone: `dispatch supervise --install`/) },
    ]);
    expect(dataOf(await supervise('--install'))).toMatchObject({ written: 'changed' });
    expect(readFileSync(unit, 'utf8')).toBe(text);
    rmSync(link);
    expect((await status()).service).toMatchObject({ enabled: false, stale: false });
    dataOf(await supervise('--install'));
    expect((await status()).service.enabled).toBe(true);
  });

  test('a manager that runs is told what has changed', async () => {
    const calls = join(stage.home.home, 'calls');
    stage.home.program('systemctl', `#!/bin/sh\necho "$*" >> '${calls}'\n`);
    const told = () => {
      const lines = readFileSync(calls, 'utf8').trim().split('\n');
      rmSync(calls);
      return lines;
    };
    expect(dataOf(await supervise('--install'))).toMatchObject({ manager_error: null });
    expect(told()).toEqual(['--user daemon-reload', '--user enable dispatch.service']);
    expect(dataOf(await supervise('--uninstall'))).toMatchObject({ manager_error: null });
    expect(told()).toEqual(['--user disable --now dispatch.service', '--user daemon-reload']);
  });

  test('a manager that refuses is quoted', async () => {
    stage.home.program(
      'systemctl',
      '#!/bin/sh\n[ "$2" = daemon-reload ] || { echo "Not today." >&2; exit 3; }\n',
    );
    const { manager_error: said } = dataOf<{ manager_error: string }>(await supervise('--install'));
    expect(said).toBe('systemctl --user enable dispatch.service: Not today.');
    expect(readlinkSync(link)).toBe(unit);
  });

  test('without systemctl nothing is written, and cron is named', async () => {
    rmSync(join(stage.home.bin, 'systemctl'));
    const env = { ...stage.home.env, PATH: stage.home.bin };
    const ended = await stage.type(['supervise', '--install'], { env });
    expect(ended.exitCode).toBe(5);
    expect(errorOf(ended)).toMatchObject({
      code: 'no_service_manager',
      hint: expect.stringContaining(`${dispatchProgram} supervise --everywhere`),
    });
    expect(existsSync(unit)).toBe(false);
  });

  test('a sandbox installs none', async () => {
    const env = { ...stage.home.env, CODEX_SANDBOX: 'seatbelt' };
    for (const action of ['--install', '--uninstall', '--everywhere'])
      expect(errorOf(await stage.type(['supervise', action], { env })).code).toBe('sandboxed');
    dataOf(await stage.type(['init']));
    const seen = dataOf<Status>(await stage.type(['supervise', '--status'], { env }));
    expect(seen.store?.supervisor).toMatchObject({
      state: 'unknown',
      how: expect.stringContaining('sandbox'),
    });
  });
});
