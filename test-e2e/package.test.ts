// What `npm pack` gives, installed into an empty folder: a program that completes a task, and a typed library.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { otherCalls, wrongCalls } from './docs/library-calls.ts';
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
  ).toEqual(['@dispatch']);
});

test.each(['publint', 'attw'])('%s finds nothing', (tool) => {
  const args = tool === 'attw' ? ['--profile', 'esm-only'] : [];
  run(join(repository, 'node_modules/.bin', tool), [tarball, ...args], prefix);
});

/** Code of a text, a module each: what stands between fences of TypeScript. */
function modulesIn(text: string): string[] {
  return [...text.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code]) => code!);
}

const page = modulesIn(readFileSync(join(repository, 'docs/library.md'), 'utf8'));
const api = join(repository, 'packages/cli/src/api');
const examples = readdirSync(api).flatMap((name) =>
  modulesIn(readFileSync(join(api, name), 'utf8').replaceAll(/^ \* ?/gm, '')),
);

/** Asks only who wants a translation. */
const asking = `#!/bin/sh
words=$(cat)
ask=$(printf '%s\\n' "$words" | sed -n 's/^  \\(.* ask\\) "your question"$/\\1/p')
case $words in
  *Translate*) printf '%s' "$(eval "$ask 'Into which language?'")" > page.txt ;;
  *Wait*) sleep 100 ;;
  *) : > page.txt ;;
esac
echo 'The page is in page.txt.'
`;

function compile(...args: string[]): void {
  const types = ['--typeRoots', join(repository, 'node_modules/@types'), '--types', 'node'];
  const files = readdirSync(join(prefix, 'code')).map((name) => join('code', name));
  const tsc = join(repository, 'node_modules/.bin/tsc');
  run(tsc, ['--strict', '--target', 'es2023', ...types, ...args, ...files], prefix);
}

beforeAll(() => {
  mkdirSync(join(prefix, 'code'));
  const write = (name: string, code: string) => writeFileSync(join(prefix, 'code', `${name}.ts`), code);
  page.forEach((code, at) => write(`page-${at}`, code));
  examples.forEach((code, at) => write(`example-${at}`, code));
  write('wrong', wrongCalls);
  write('rest', otherCalls);
  compile('--noCheck', '--module', 'nodenext', '--outDir', 'compiled');
});

test.each([
  ['nodenext', ['--module', 'nodenext', '--exactOptionalPropertyTypes']],
  ['a bundler', ['--module', 'preserve', '--moduleResolution', 'bundler', '--skipLibCheck']],
])('its types hold what the docs show, as %s finds them', (_how, args) => {
  expect(examples.length).toBeGreaterThan(0);
  compile('--noEmit', ...args);
});

describe.each(['20', '24'])('on Node %s', (major) => {
  const node = () => (major === '24' ? node24 : process.execPath);

  async function stage() {
    const home = await createSandboxHome({ modelUrl: 'http://127.0.0.1:9' });
    const agent = home.program('my-agent', asking);
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
    expect(existsSync(join(repo, 'page.txt'))).toBe(true);
  });

  test('so does the library, as the docs show it', async () => {
    const { repo, env } = await stage();
    const runs = (at: number) => run(node(), [join(prefix, 'compiled', `page-${at}.js`)], repo, env);
    const told = runs(0);
    expect(told).toContain('The worker takes the answer.');
    expect(told).toMatch(/status: 'completed',\s+last_message: 'The page is in page.txt.'/);
    expect(told).toContain("{ path: 'page.txt', change: 'untracked' }");
    expect(readFileSync(join(repo, 'page.txt'), 'utf8')).toBe('Into French.');
    expect(runs(1)).toBe('completed turn_succeeded null\n');
    const [missing, refused] = runs(2).trimEnd().split('\n');
    expect(missing).toBe('task_not_found');
    expect(refused).toMatch(/^refused key_conflict ./);
  });

  test('and does what the other commands do', async () => {
    const { repo, env } = await stage();
    expect(JSON.parse(run(node(), [join(prefix, 'compiled/rest.js')], repo, env))).toEqual({
      ...{
        created: true,
        ready: true,
        backends: true,
        paths: true,
        valid: 1,
        recent: 2,
        after: 1,
        again: 'One',
      },
      ...{ resumed: ['running', 'completed', false], log: true, followed: true, raw: 0 },
      ...{ waited: true, events: true, lists: [true], everywhere: [3], cancelled: true, status: 'cancelled' },
      ...{ told: ['terminal', 'terminal', 'terminal'], acknowledged: 1, left: [false, false] },
      ...{ folder: true, exported: true, conforms: true, repaired: [], store: true, pruned: 3 },
      thrown: [
        ...['already_ended', 'nothing_to_start', 'no_session', 'not_adoptable', 'no_session', 'no_question'],
        ...['not_a_worker', 'config_exists', 'unknown_target', 'no_root_config', 'no_root_config'],
      ],
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
  });
});
