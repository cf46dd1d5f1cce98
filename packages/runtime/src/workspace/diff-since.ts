import { elapsedMs } from '@dispatch/core';
import { withoutOwnFilters } from './filters.ts';
import { git, GitUnavailable } from './git.ts';
import { readWorkspace } from './state.ts';

export interface WorkspaceDiff {
  /** Relative to the top of the work tree, sorted. */
  paths: string[];
  /** As a patch; files that git does not know are in `paths` only. */
  diff: string;
}

const maxDiffBytes = 64 * 1024;

/**
 * What differs in a workspace from a commit on; from the current one where `head` is none. A worker may have written
 * `head`, so only the name of a commit is passed on. Null where git cannot tell.
 */
export async function diffSince(
  cwd: string,
  head: string | null,
  { timeoutMs = 10_000 }: { timeoutMs?: number } = {},
): Promise<WorkspaceDiff | null> {
  const deadline = elapsedMs() + timeoutMs;
  const now = await readWorkspace(cwd, { timeoutMs });
  if (now.kind !== 'git') return null;
  const dirty = now.dirty.map(({ path }) => path);
  const from = head !== null && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(head) ? head : now.head;
  if (from === null) return { paths: dirty.sort(), diff: '' };
  try {
    const settings = await withoutOwnFilters(cwd, deadline);
    if (settings === null) return null;
    const safe = [
      '--no-renames',
      '--no-ext-diff',
      '--no-textconv',
      '--no-color',
      '--ignore-submodules=dirty',
    ];
    const named = ['diff', '--name-only', '-z', ...safe, from, '--'];
    const patch = ['diff', ...safe, from, '--', '.', ':(exclude,glob)**/.dispatch/**'];
    const [names, text] = await Promise.all([
      git({ cwd: now.top, args: named, deadline, settings }),
      git({ cwd: now.top, args: patch, deadline, settings, maxBytes: maxDiffBytes }),
    ]);
    if ((names.code !== 0 && !names.cut) || (text.code !== 0 && !text.cut)) return null;
    const changed = names.stdout
      .split('\0')
      .filter((path) => path !== '' && !/(^|\/)\.dispatch\//.test(path));
    return { paths: [...new Set([...dirty, ...changed])].sort(), diff: text.stdout };
  } catch (error) {
    if (error instanceof GitUnavailable) return null;
    throw error;
  }
}
