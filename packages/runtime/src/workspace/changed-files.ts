import { elapsedMs } from '@dispatch/core';
import { withoutOwnFilters } from './filters.ts';
import { git, GitUnavailable } from './git.ts';
import type { DirtyPath, PathChange, WorkspaceState } from './state.ts';

/** A file that differs from how it was when the attempt began. */
export interface ChangedPath {
  path: string;
  change: PathChange;
}

export type ChangedFiles =
  /** `truncated`: there may be more. */
  { kind: 'known'; paths: ChangedPath[]; truncated: boolean } | { kind: 'unknown'; why: string };

/** The paths that differ between two looks at a workspace: what was committed between them, and what is dirty otherwise. */
export async function changedFiles(
  before: WorkspaceState,
  after: WorkspaceState,
  cwd: string,
  { timeoutMs = 10_000 }: { timeoutMs?: number } = {},
): Promise<ChangedFiles> {
  if (before.kind !== 'git' || after.kind !== 'git') {
    return { kind: 'unknown', why: `the workspace was ${named(before)} before and ${named(after)} after` };
  }
  if (before.top !== after.top)
    return { kind: 'unknown', why: 'the workspace belongs to another repository now' };
  const changed = new Map<string, PathChange>();
  let truncated = before.truncated || after.truncated;
  if (before.head !== after.head) {
    const committed = await committedPaths(before.head, after.head, cwd, elapsedMs() + timeoutMs);
    if (committed.kind === 'unknown') return committed;
    truncated ||= committed.truncated;
    for (const { path, change } of committed.paths) changed.set(path, change);
  }
  for (const { path, change } of dirtyNow(before.dirty, after.dirty)) changed.set(path, change);
  for (const { path, change } of noLongerDirty(before.dirty, after.dirty)) {
    if (!changed.has(path)) changed.set(path, change);
  }
  const paths = [...changed].map(([path, change]) => ({ path, change }));
  return { kind: 'known', paths: paths.sort((a, b) => (a.path < b.path ? -1 : 1)), truncated };
}

async function committedPaths(
  from: string | null,
  to: string | null,
  cwd: string,
  deadline: number,
): Promise<ChangedFiles> {
  try {
    const settings = (await withoutOwnFilters(cwd, deadline)) ?? {};
    const empty = async () =>
      (await git({ cwd, args: ['hash-object', '-t', 'tree', '/dev/null'], deadline })).stdout.trim();
    const ends = [from ?? (await empty()), to ?? (await empty())];
    const safe = ['--no-renames', '--no-ext-diff', '--no-textconv', '--ignore-submodules=dirty'];
    const args = ['diff', '--name-status', '-z', ...safe, ...ends, '--'];
    const { code, stdout, stderr, cut } = await git({ cwd, args, deadline, settings });
    if (code !== 0 && !cut) return { kind: 'unknown', why: stderr.split('\n')[0] ?? '' };
    return { kind: 'known', paths: parseNameStatus(stdout), truncated: cut };
  } catch (error) {
    if (error instanceof GitUnavailable) return { kind: 'unknown', why: error.message };
    throw error;
  }
}

function parseNameStatus(output: string): ChangedPath[] {
  const fields = output.split('\0');
  const paths: ChangedPath[] = [];
  for (let at = 0; at + 2 < fields.length; at += 2) {
    const path = fields[at + 1] ?? '';
    if (!/(^|\/)\.dispatch(\/|$)/.test(path)) paths.push({ path, change: ofLetter(fields[at] ?? '') });
  }
  return paths;
}

function ofLetter(letter: string): PathChange {
  return letter === 'A' ? 'added' : letter === 'D' ? 'deleted' : letter === 'T' ? 'type_changed' : 'modified';
}

function dirtyNow(before: readonly DirtyPath[], after: readonly DirtyPath[]): ChangedPath[] {
  const earlier = new Map(before.map((dirty) => [dirty.path, dirty]));
  return after
    .filter((dirty) => differs(earlier.get(dirty.path), dirty))
    .map(({ path, status }) => ({ path, change: status }));
}

/** Put back, or, if git never knew it and no commit has it, removed. */
function noLongerDirty(before: readonly DirtyPath[], after: readonly DirtyPath[]): ChangedPath[] {
  const later = new Set(after.map(({ path }) => path));
  return before
    .filter(({ path }) => !later.has(path))
    .map(({ path, status }) => ({
      path,
      change: status === 'untracked' || status === 'added' ? 'deleted' : 'modified',
    }));
}

/** What was too large to hash is judged by its size and time. */
function differs(before: DirtyPath | undefined, after: DirtyPath): boolean {
  if (before === undefined || before.status !== after.status || before.sha256 !== after.sha256) return true;
  return after.sha256 === null && (before.bytes !== after.bytes || before.modified_ms !== after.modified_ms);
}

function named(state: WorkspaceState): string {
  return state.kind === 'git' ? 'a git repository' : state.kind === 'none' ? 'none' : 'not readable';
}
