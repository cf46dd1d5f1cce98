import { elapsedMs } from '@dispatch/core';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { hashFile } from './hash.ts';
import { withoutOwnFilters } from './filters.ts';
import { git, GitUnavailable } from './git.ts';

/** What became of a file, as git tells it. */
export type PathChange = 'added' | 'modified' | 'deleted' | 'type_changed' | 'unmerged' | 'untracked';

export interface DirtyPath {
  /** Relative to the top of the work tree. */
  path: string;
  status: PathChange;
  /** Of the content (of a link: its target); null where there is none, or it was too much to read. */
  sha256: string | null;
  bytes: number | null;
  modified_ms: number | null;
}

/** What git says of a working directory. */
export type WorkspaceState =
  | {
      kind: 'git';
      top: string;
      /** Null before the first commit. */
      head: string | null;
      /** Null where HEAD is detached. */
      branch: string | null;
      dirty: DirtyPath[];
      /** There are more dirty paths than are listed. */
      truncated: boolean;
    }
  | { kind: 'none' }
  | { kind: 'unknown'; why: string };

export const MAX_DIRTY_PATHS = 2_000;

/** Reads HEAD, branch and dirty files; `.dispatch` folders are left out. Starts no program that the repository names. */
export async function readWorkspace(
  cwd: string,
  { timeoutMs = 10_000 }: { timeoutMs?: number } = {},
): Promise<WorkspaceState> {
  const deadline = elapsedMs() + timeoutMs;
  try {
    return await read(cwd, deadline);
  } catch (error) {
    if (error instanceof GitUnavailable) return { kind: 'unknown', why: error.message };
    throw error;
  }
}

async function read(cwd: string, deadline: number): Promise<WorkspaceState> {
  if (!hasRepositoryAbove(cwd)) return { kind: 'none' };
  const [top, settings] = await Promise.all([topOf(cwd, deadline), withoutOwnFilters(cwd, deadline)]);
  if (typeof top !== 'string') return top;
  if (settings === null)
    return { kind: 'unknown', why: 'the repository defines filters that this git cannot switch off' };
  const args = [
    'status',
    '--porcelain=v2',
    '--branch',
    '-z',
    '--untracked-files=all',
    '--no-renames',
    '--ignore-submodules=dirty',
  ];
  const { code, stdout, stderr, cut } = await git({ cwd, args, deadline, settings });
  if (code !== 0 && !cut) return { kind: 'unknown', why: firstLine(stderr) };
  const { head, branch, paths } = parseStatus(stdout, cut);
  const listed = paths.slice(0, MAX_DIRTY_PATHS);
  const dirty: DirtyPath[] = [];
  for (const { path, status } of listed)
    dirty.push({ path, status, ...(await hashFile(resolve(top, path), deadline)) });
  return { kind: 'git', top, head, branch, dirty, truncated: cut || paths.length > listed.length };
}

/** Where none is, git would say so, too, but that costs the start of an agent two processes. */
function hasRepositoryAbove(cwd: string): boolean {
  if (!existsSync(cwd)) return true;
  for (let folder = realpathSync(cwd); ; folder = dirname(folder)) {
    // A file where the work tree is a linked one; an empty folder of that name is no repository.
    if (existsSync(join(folder, '.git', 'HEAD')) || isFile(join(folder, '.git'))) return true;
    if (folder === dirname(folder)) return false;
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

async function topOf(
  cwd: string,
  deadline: number,
): Promise<string | Exclude<WorkspaceState, { kind: 'git' }>> {
  const { code, stdout, stderr } = await git({ cwd, args: ['rev-parse', '--show-toplevel'], deadline });
  const top = stdout.replace(/\n$/, '');
  if (code === 0 && top !== '') {
    // core.worktree may name any folder of the machine.
    const holdsUs = `${realpathSync(cwd)}${sep}`.startsWith(top === sep ? sep : `${top}${sep}`);
    return holdsUs ? top : { kind: 'unknown', why: `the repository's work tree is elsewhere (${top})` };
  }
  if (/not a git repository/.test(stderr)) return { kind: 'none' };
  return { kind: 'unknown', why: firstLine(stderr) };
}

interface Status {
  head: string | null;
  branch: string | null;
  paths: Pick<DirtyPath, 'path' | 'status'>[];
}

/** The format of git-status(1), "Porcelain Format Version 2", with -z and without renames. */
function parseStatus(output: string, cut: boolean): Status {
  const records = output.split('\0');
  records.pop(); // empty, or cut in the middle
  const status: Status = { head: null, branch: null, paths: [] };
  for (const record of records) {
    if (record.startsWith('# branch.oid ')) status.head = unless(record.slice(13), '(initial)');
    else if (record.startsWith('# branch.head ')) status.branch = unless(record.slice(14), '(detached)');
    else status.paths.push(...parsePath(record));
  }
  if (cut) status.paths.length = Math.min(status.paths.length, MAX_DIRTY_PATHS);
  return status;
}

function parsePath(record: string): Pick<DirtyPath, 'path' | 'status'>[] {
  const fields = { '1': 8, u: 10, '?': 1 }[record[0] ?? ''];
  if (fields === undefined) return [];
  const words = record.split(' ');
  const path = words.slice(fields).join(' ');
  if (/(^|\/)\.dispatch(\/|$)/.test(path)) return [];
  return [
    {
      path,
      status: record[0] === '?' ? 'untracked' : record[0] === 'u' ? 'unmerged' : ofLetters(words[1] ?? ''),
    },
  ];
}

/** The work tree's letter says what is there now; the index's, what was staged. */
function ofLetters(xy: string): PathChange {
  const letter = xy[1] !== '.' ? xy[1] : xy[0];
  if (xy[0] === 'A' && letter !== 'D') return 'added';
  return letter === 'D' ? 'deleted' : letter === 'A' ? 'added' : letter === 'T' ? 'type_changed' : 'modified';
}

function unless(value: string, none: string): string | null {
  return value === none ? null : value;
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.slice(0, 300) || 'git failed without a word';
}
