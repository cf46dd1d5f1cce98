import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sha256 } from '@dispatch/core';
import { changedFiles, readWorkspace, type WorkspaceState } from '../../src/workspace/index.ts';

let repo: string;
beforeEach(() => {
  repo = realpathSync(mkdtempSync(join(tmpdir(), 'dispatch-git-')));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(repo, { recursive: true, force: true });
});

function git(...args: string[]): string {
  const who = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'init.defaultBranch=main'];
  return execFileSync('git', [...who, ...args], {
    cwd: repo,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

function put(files: Record<string, string>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(repo, path)), { recursive: true });
    writeFileSync(join(repo, path), content);
  }
}

function repository(files: Record<string, string>): void {
  git('init', '-q');
  put(files);
  git('add', '-A');
  git('commit', '-qm', 'first');
}

async function read(cwd = repo): Promise<Extract<WorkspaceState, { kind: 'git' }>> {
  const state = await readWorkspace(cwd);
  if (state.kind !== 'git') throw new Error(JSON.stringify(state));
  return state;
}

const brief = (state: { dirty: readonly { path: string; status: string }[] }) =>
  Object.fromEntries(state.dirty.map(({ path, status }) => [path, status]));

test('a folder without a repository is none', async () => {
  expect(await readWorkspace(repo)).toEqual({ kind: 'none' });
});

test('a repository without a commit has no head', async () => {
  git('init', '-q');
  put({ a: '1' });
  const state = await read();
  expect(state).toMatchObject({ head: null, branch: 'main', top: repo, truncated: false });
  expect(brief(state)).toEqual({ a: 'untracked' });
});

test('head, branch and every dirty path, with the hash of what is there', async () => {
  repository({ same: '1', changed: '1', staged: '1', gone: '1', 'dir/with space': '1', typed: '1' });
  put({
    changed: '2',
    staged: '2',
    'dir/new\nline': 'x',
    '.dispatch/tasks/t': 'ours',
    'sub/.dispatch/x': 'ours',
  });
  git('add', 'staged');
  rmSync(join(repo, 'gone'));
  rmSync(join(repo, 'typed'));
  symlinkSync('/etc/passwd', join(repo, 'typed'));
  put({ added: 'x' });
  git('add', 'added');
  const state = await read(join(repo, 'dir'));
  expect(state).toMatchObject({ head: git('rev-parse', 'HEAD'), branch: 'main', top: repo });
  expect(brief(state)).toEqual({
    changed: 'modified',
    staged: 'modified',
    gone: 'deleted',
    typed: 'type_changed',
    added: 'added',
    'dir/new\nline': 'untracked',
  });
  const hashes = Object.fromEntries(state.dirty.map(({ path, sha256: hash }) => [path, hash]));
  expect(hashes).toMatchObject({ changed: sha256('2'), gone: null, typed: sha256('/etc/passwd') });
});

test('a detached head has no branch', async () => {
  repository({ a: '1' });
  git('checkout', '-q', '--detach');
  expect((await read()).branch).toBeNull();
});

test('the list is bounded, and says so', async () => {
  repository({ a: '1' });
  for (let index = 0; index < 2_010; index += 1) writeFileSync(join(repo, `f${index}`), '');
  const state = await read();
  expect(state.dirty).toHaveLength(2_000);
  expect(state.truncated).toBe(true);
});

test('no program that the repository names is run', async () => {
  repository({ 'a.txt': '1', '.gitattributes': '*.txt filter=evil diff=evil\n' });
  const evil = join(repo, '.git', 'evil');
  const proof = join(repo, '.git', 'ran');
  writeFileSync(evil, `#!/bin/sh\necho "$0 $*" >> ${proof}\ncat\n`);
  chmodSync(evil, 0o755);
  mkdirSync(join(repo, '.git/hooks'), { recursive: true });
  for (const hook of ['post-index-change', 'fsmonitor-watchman', 'pre-commit'])
    symlinkSync(evil, join(repo, '.git/hooks', hook));
  const settings = [
    'core.fsmonitor',
    'filter.evil.clean',
    'filter.evil.process',
    'diff.evil.textconv',
    'diff.evil.command',
    'diff.external',
    'core.pager',
  ];
  for (const key of settings) git('config', key, evil);
  git('config', 'filter.evil.required', 'true');
  git('config', 'filter.e=v=il.clean', evil);
  writeFileSync(join(repo, '.gitattributes'), '*.txt filter=evil diff=evil\n*.eq filter=e=v=il\n');
  put({ 'a.txt': '2', 'b.eq': '3' });
  rmSync(proof, { force: true });
  const before = await read();
  expect(brief(before)).toMatchObject({ 'a.txt': 'modified' });
  const after = { ...before, head: git('rev-parse', 'HEAD^{tree}') };
  expect((await changedFiles(before, after, repo)).kind).toBe('known');
  expect(existsSync(proof)).toBe(false);
  // The trap is one: git itself, asked plainly, springs it.
  try {
    git('status', '--porcelain');
  } catch {
    // Our filter speaks no protocol of git's, and says that it is required.
  }
  expect(existsSync(proof)).toBe(true);
});

test('a hook’s variables lead to no other repository', async () => {
  repository({ a: '1' });
  vi.stubEnv('GIT_DIR', join(repo, 'nowhere'));
  vi.stubEnv('GIT_INDEX_FILE', join(repo, 'nowhere'));
  expect((await read()).dirty).toEqual([]);
});

test('a work tree elsewhere, a missing git and a slow one are unknown', async () => {
  repository({ a: '1' });
  git('config', 'core.worktree', tmpdir().concat('/..', '/usr'));
  expect(await readWorkspace(repo)).toMatchObject({ kind: 'unknown' });
  git('config', '--unset', 'core.worktree');
  const bin = join(repo, 'bin');
  put({ 'bin/git': '#!/bin/sh\nexec sleep 60\n' });
  chmodSync(join(bin, 'git'), 0o755);
  vi.stubEnv('PATH', `${bin}:/bin:/usr/bin`);
  expect(await readWorkspace(repo, { timeoutMs: 100 })).toEqual({
    kind: 'unknown',
    why: 'git did not answer in time',
  });
  vi.stubEnv('PATH', join(repo, 'empty'));
  expect(await readWorkspace(repo)).toMatchObject({
    kind: 'unknown',
    why: expect.stringContaining('ENOENT'),
  });
});

test('a folder that is gone is unknown', async () => {
  expect(await readWorkspace(join(repo, 'gone'))).toMatchObject({ kind: 'unknown' });
});

test('changed are the paths that were committed, and those that are dirty otherwise', async () => {
  repository({ a: '1', b: '1', c: '1', d: '1', e: '1' });
  put({ b: 'before', untouched: 'u', taken: 't', removed: 'r', e: 'put back later' });
  const before = await read();
  put({ a: 'committed', new: 'n', b: 'again' });
  git('add', 'a', 'new', 'taken');
  git('rm', '-q', 'd');
  git('commit', '-qm', 'second');
  git('checkout', '-q', 'e');
  rmSync(join(repo, 'removed'));
  put({ 'made later': 'x', '.dispatch/x': 'x' });
  const changed = await changedFiles(before, await read(), repo);
  expect(changed).toEqual({
    kind: 'known',
    truncated: false,
    paths: [
      { path: 'a', change: 'modified' },
      { path: 'b', change: 'modified' },
      { path: 'd', change: 'deleted' },
      { path: 'e', change: 'modified' },
      { path: 'made later', change: 'untracked' },
      { path: 'new', change: 'added' },
      { path: 'removed', change: 'deleted' },
      { path: 'taken', change: 'added' },
    ],
  });
});

test('the first commit counts whole, and nothing changed is nothing', async () => {
  git('init', '-q');
  const before = await read();
  put({ a: '1' });
  git('add', '-A');
  git('commit', '-qm', 'first');
  const after = await read();
  expect(await changedFiles(before, after, repo)).toMatchObject({ paths: [{ path: 'a', change: 'added' }] });
  expect(await changedFiles(after, after, repo)).toEqual({ kind: 'known', truncated: false, paths: [] });
});

test('what was not known before or after is not known', async () => {
  repository({ a: '1' });
  expect((await changedFiles({ kind: 'none' }, await read(), repo)).kind).toBe('unknown');
  const lost = { ...(await read()), head: '0123456789012345678901234567890123456789' };
  expect((await changedFiles(lost, await read(), repo)).kind).toBe('unknown');
});
