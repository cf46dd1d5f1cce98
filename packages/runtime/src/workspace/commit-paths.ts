import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * What git writes at a commit in this workspace, as paths for an agent's sandbox. A main checkout keeps its index beside
 * its hooks, so there it is all of `.git`; of a linked work tree it is its own part and the repository's objects, refs
 * and logs. Either holds what git obeys later outside of the sandbox: hooks there, `commondir` here.
 */
export function commitPaths(workspace: string): string[] {
  const found = gitAbove(realpathSync(workspace));
  if (found === null) return [];
  if (found.kind === 'folder') return [found.path];
  try {
    const own = resolve(
      dirname(found.path),
      /^gitdir: (.*)$/m.exec(readFileSync(found.path, 'utf8'))?.[1] ?? '',
    );
    const common = resolve(own, readFileSync(join(own, 'commondir'), 'utf8').trim());
    return [own, ...['objects', 'refs', 'logs'].map((name) => join(common, name))];
  } catch {
    // A submodule, or no work tree of git's: nothing to grant.
    return [];
  }
}

function gitAbove(folder: string): { kind: 'folder' | 'file'; path: string } | null {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, '.git');
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat !== undefined) return { kind: stat.isDirectory() ? 'folder' : 'file', path };
    if (dirname(at) === at) return null;
  }
}
