import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Every path below the folders with what it is: a folder, a link with its target, a file with mode and content. */
export function treeOf(...folders: string[]): Record<string, string> {
  const tree: Record<string, string> = {};
  for (const folder of folders) walk(folder, folder, tree);
  return tree;
}

function walk(top: string, folder: string, tree: Record<string, string>): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const stat = lstatSync(path);
    const key = `${top}:${relative(top, path)}`;
    if (stat.isDirectory()) {
      tree[key] = 'folder';
      walk(top, path, tree);
    } else if (stat.isSymbolicLink()) tree[key] = `link to ${readlinkSync(path)}`;
    else if (stat.isFile())
      tree[key] =
        `${(stat.mode & 0o777).toString(8)} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
    else tree[key] = 'special';
  }
}
