// What `npm pack` gives, installed into an empty folder: a program that completes a task, and a typed library.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanUp, createSandboxHome, installNode24, makeRepo, temporaryFolder } from './harness/index.ts';

const repository = join(import.meta.dirname, '..');
let tarball: string;
let prefix: string;
let node24: string;

function run(program: string, args: string[], cwd: string, env: NodeJS.ProcessEnv = process.env): string {
  return execFileSync(program, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

beforeAll(async () => {
  node24 = (await installNode24()).node;
  // Beside the clone: packing makes the bundle anew, by which other tests run.
  const copy = temporaryFolder('package');
  const listed = run('git', ['ls-files', '-co', '--exclude-standard', '-z'], repository);
  for (const file of listed.split('\0').filter((name) => name !== '' && existsSync(join(repository, name)))) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(repository, file), join(copy, file));
  }
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
  const packed = temporaryFolder('packed');
  run('npm', ['pack', '-w', 'packages/cli', '--pack-destination', packed], copy);
  tarball = join(packed, readdirSync(packed)[0]!);
  prefix = temporaryFolder('prefix');
  writeFileSync(join(prefix, 'package.json'), '{"private":true,"type":"module"}\n');
  run('npm', ['install', tarball, '--prefer-offline', '--no-audit', '--no-fund'], prefix);
}, 300_000);
afterAll(cleanUp);

test('depends on nothing that is not published, and holds nothing of former builds', () => {
  const listed = run('tar', ['-tzf', tarball], prefix).split('\n');
  for (const name of [
    'package/dist/bin.cjs',
    'package/lib/index.js',
    'package/lib/index.d.ts',
    'package/LICENSE',
    'package/README.md',
  ])
    expect(listed).toContain(name);
  expect(listed.filter((name) => /\.(?:ts|tsbuildinfo)$/.test(name) && !name.endsWith('.d.ts'))).toEqual([]);
  const chunks = listed.filter((name) => /shared-.*\.cjs$/.test(name));
  expect(chunks).toHaveLength(1);
  expect(
    readdirSync(join(prefix, 'node_modules'))
      .filter((name) => !name.startsWith('.'))
      .toSorted(),
  ).toEqual(['@dispatch', '@sinclair']);
});

test.each(['publint', 'attw'])('%s finds nothing', (tool) => {
  const args = tool === 'attw' ? ['--profile', 'esm-only'] : [];
  run(join(repository, 'node_modules/.bin', tool), [tarball, ...args], prefix);
});

describe.each(['20', '24'])('on Node %s', (major) => {
  const node = () => (major === '24' ? node24 : process.execPath);

  async function stage() {
    const home = await createSandboxHome({ modelUrl: 'http://127.0.0.1:9' });
    const agent = home.program('my-agent', '#!/bin/sh\ncat > got.txt\n');
    mkdirSync(join(home.home, '.dispatch'), { recursive: true });
    writeFileSync(join(home.home, '.dispatch/config.yaml'), `backends:\n  mine: {executable: ${agent}}\n`);
    return { repo: makeRepo({}), env: home.env };
  }

  test('the program completes a task', async () => {
    const { repo, env } = await stage();
    const bin = join(prefix, 'node_modules/@dispatch/cli/dist/bin.cjs');
    const type = (...args: string[]) =>
      (JSON.parse(run(node(), [bin, '--json', ...args], repo, env)) as { data: Record<string, unknown> })
        .data;
    expect(String(type('version')['node_version'])).toMatch(new RegExp(`^${major}\\.`));
    const { task_id: id } = type('run', '--prompt', 'Take this.');
    type('wait', String(id));
    expect(type('status', String(id))).toMatchObject({ status: 'completed' });
    expect(existsSync(join(repo, 'got.txt'))).toBe(true);
  });

  test('so does the library', async () => {
    const { repo, env } = await stage();
    const script = join(prefix, 'use.mjs');
    writeFileSync(
      script,
      `import { createTask, here, openDispatcher, UsageError, waitForTasks } from '@dispatch/cli';
const surroundings = here();
const options = { effort: null, add_dirs: [], attachments: [], append_system_prompt: null, agent_args: [], allow_commit: false };
const asked = { prompt: 'Take this.', source: 'inline_prompt', plan: null, task_mode: 'direct', no_agent: false, title: null,
  backend: null, model: null, execution_mode: null, workspace: process.cwd(), settings: {}, key: null, ...options };
const { task_id: id } = await createTask(surroundings, asked);
const { tasks } = await waitForTasks(openDispatcher(surroundings), [id], { any: false, timeoutMs: 30_000 });
const refused = await createTask(surroundings, { ...asked, prompt: ' ' }).catch((error) => error instanceof UsageError && error.code);
console.log(JSON.stringify({ status: tasks[0].status, refused }));
`,
    );
    expect(JSON.parse(run(node(), [script], repo, env))).toEqual({
      status: 'completed',
      refused: 'prompt_empty',
    });
  });
});

test('its declarations say what a caller may do, to TypeScript', () => {
  writeFileSync(
    join(prefix, 'typed.ts'),
    `import { here, listTasks, openDispatcher, type Task, type TaskRow } from '@dispatch/cli';
const rows: TaskRow[] = listTasks(openDispatcher(here({ root: '/x' })), { limit: 3 });
const status: Task['status'] = rows[0]!.status;
// @ts-expect-error -- a limit is a number or null
listTasks(openDispatcher(here()), { limit: 'all' });
// @ts-expect-error -- no such status
const wrong: Task['status'] = 'dispatched';
export { status, wrong };
`,
  );
  const types = join(repository, 'node_modules/@types');
  const args = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--typeRoots',
    types,
    '--types',
    'node',
  ];
  run(join(repository, 'node_modules/.bin/tsc'), [...args, 'typed.ts'], prefix);
});
