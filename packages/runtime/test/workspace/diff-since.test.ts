import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { diffSince } from '../../src/workspace/index.ts';

let repo: string;
beforeEach(() => {
  repo = realpathSync(mkdtempSync(join(tmpdir(), 'dispatch-diff-')));
  git('init', '-q');
  put('a.txt', 'one\n');
  git('add', '-A');
  git('commit', '-qm', 'first');
});
afterEach(() => rmSync(repo, { recursive: true, force: true }));

function git(...args: string[]): string {
  const who = ['-c', 'user.name=t', '-c', 'user.email=t@example.com'];
  return execFileSync('git', [...who, ...args], { cwd: repo, encoding: 'utf8' }).trim();
}

const put = (path: string, text: string): void => writeFileSync(join(repo, path), text);

test('holds what was committed since, what is changed, and the names of files that git does not know', async () => {
  const head = git('rev-parse', 'HEAD');
  put('b.txt', 'committed\n');
  git('add', '-A');
  git('commit', '-qm', 'second');
  put('a.txt', 'zwei\n');
  put('new.txt', 'unknown to git\n');
  const since = await diffSince(repo, head);
  expect(since?.paths).toEqual(['a.txt', 'b.txt', 'new.txt']);
  expect(since?.diff).toContain('-one\n+zwei');
  expect(since?.diff).toContain('+committed');
  expect(since?.diff).not.toContain('unknown to git');
  expect((await diffSince(repo, null))?.paths).toEqual(['a.txt', 'new.txt']);
});

test('hands nothing to git that is no name of a commit, and starts no program of the repository', async () => {
  const planted = join(repo, 'planted');
  put('a.txt', 'zwei\n');
  for (const head of [`--output=${planted}`, 'HEAD~1', '-O/etc/passwd', ''])
    expect((await diffSince(repo, head))?.paths).toEqual(['a.txt']);
  expect(await diffSince(repo, '0'.repeat(40))).toBeNull();
  git('config', 'diff.external', `touch ${planted}`);
  git('config', 'filter.f.clean', `touch ${planted}; cat`);
  git('config', 'diff.d.textconv', `touch ${planted}; cat`);
  put('.gitattributes', '*.txt filter=f diff=d\n');
  expect((await diffSince(repo, null))?.diff).toContain('+zwei');
  expect(existsSync(planted)).toBe(false);
});

test('without a repository nothing is known', async () => {
  rmSync(join(repo, '.git'), { recursive: true });
  expect(await diffSince(repo, null)).toBeNull();
});
