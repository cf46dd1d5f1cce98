// The harness's own promises, with small programs in the place of dispatch.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  cleanUp,
  cleanUpAfterEach,
  createSandboxHome,
  git,
  killEverythingOfDispatch,
  livingProcesses,
  makeRepo,
  processesWithMark,
  startModelServer,
  startProgram,
  temporaryFolder,
  until,
} from './harness/index.ts';

cleanUpAfterEach();

const forever = 'setInterval(() => {}, 1000)';

function start(
  program: string,
  args: string[],
  { cwd, env = {} }: { cwd: string; env?: Record<string, string> },
): number {
  const child = spawn(program, args, { cwd, env, stdio: 'ignore', detached: true });
  child.unref();
  return child.pid ?? -1;
}

const living = (pids: number[]) => pids.filter((pid) => livingProcesses().some((one) => one.pid === pid));

describe('killEverythingOfDispatch', () => {
  test('kills the node processes of one root, its launchers if asked, and never an agent', async () => {
    const folder = temporaryFolder('fake');
    mkdirSync(join(folder, 'packages/cli/dist'), { recursive: true });
    const program = join(folder, 'packages/cli/dist/bin.cjs');
    const agentProgram = join(folder, 'codex.js');
    writeFileSync(program, forever);
    writeFileSync(agentProgram, forever);
    const repo = makeRepo();
    const root = join(repo, '.dispatch');
    mkdirSync(root);
    const env = { DISPATCH_ROOT: root };
    const supervisor = start(process.execPath, [program, 'supervise'], { cwd: root });
    const command = start(process.execPath, ['--no-warnings', program, 'run', '--root', root], { cwd: '/' });
    const launcher = start('/bin/sh', ['-c', 'while :; do sleep 1; done', 'dispatch-launcher'], {
      cwd: repo,
      env,
    });
    const agent = start(process.execPath, [agentProgram], {
      cwd: repo,
      env: { ...env, DISPATCH_ATTEMPT: 't1:1' },
    });
    const other = start(process.execPath, [program, 'supervise'], { cwd: makeRepo() });
    const all = [supervisor, command, launcher, agent, other];
    await until(() => living(all).length === 5 && processesWithMark('t1').length === 1, {
      what: 'all have started',
    });

    expect((await killEverythingOfDispatch(root)).sort()).toEqual([supervisor, command].sort());
    expect(living(all)).toEqual([launcher, agent, other]);
    expect(await killEverythingOfDispatch(root, { launchers: true })).toEqual([launcher]);
    expect(processesWithMark('t1').map(({ pid }) => pid)).toEqual([agent]);
    expect(processesWithMark('t')).toEqual([]);

    await cleanUp();
    expect(living(all)).toEqual([]);
  });
});

describe('createSandboxHome', () => {
  test('shows nothing of this machine to what runs in it', async () => {
    const model = await startModelServer();
    const home = await createSandboxHome({ modelUrl: model.url });
    const names = startProgram('/usr/bin/env', [], { cwd: home.home, env: home.env });
    const { stdout } = await names.ended;
    expect(stdout).not.toMatch(
      /^(IS_SANDBOX|NODE_EXTRA_CA_CERTS|NODE_OPTIONS|VITEST|CODEX_THREAD_ID|HTTPS?_PROXY)=/im,
    );
    home.program('claude', '#!/bin/sh\necho a fake\n');
    const fake = startProgram('/bin/sh', ['-c', 'claude; codex --version'], {
      cwd: home.home,
      env: home.env,
    });
    expect((await fake.ended).stdout).toMatch(/^a fake\ncodex-cli 0\.169\.0\n$/);
    await model.close();
  });
});

test('makeRepo makes a clean repository', () => {
  const repo = makeRepo({ 'src/a.ts': 'export {};\n', 'run.sh': '#!/bin/sh\n' });
  expect(git(repo, 'status', '--porcelain')).toBe('');
  expect(git(repo, 'ls-files', '--stage')).toMatch(
    /^100644 .*README\.md\n100755 .*run\.sh\n100644 .*src\/a\.ts\n$/,
  );
});

test('a program that leaves its output open is told on', async () => {
  const cwd = temporaryFolder('open');
  const started = startProgram('/bin/sh', ['-c', 'echo early; sleep 60 &'], {
    cwd,
    env: { PATH: '/usr/bin:/bin' },
  });
  await expect(started.ended).rejects.toThrow(/holds its output open[^]*stdout: early/);
});
