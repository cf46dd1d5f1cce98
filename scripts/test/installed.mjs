import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether `node_modules` holds what the lockfile names. By content, not by time: a checkout sets times as it likes, and
 * `npm ci` on a checkout that is in use takes its modules away for a while.
 */
export function isInstalled(repository) {
  const wanted = packagesOf(join(repository, 'package-lock.json'));
  const found = packagesOf(join(repository, 'node_modules/.package-lock.json'));
  if (wanted === null || found === null) return false;
  return Object.entries(wanted).every(([path, { version, integrity, optional, link }]) => {
    // '' is this repository, and a workspace is found by its link below node_modules.
    if (!path.startsWith('node_modules/')) return true;
    const there = found[path];
    // What is made for another platform is not installed.
    if (there === undefined) return optional === true;
    return link === true || (there.version === version && there.integrity === integrity);
  });
}

function packagesOf(lockfile) {
  try {
    return JSON.parse(readFileSync(lockfile, 'utf8')).packages;
  } catch {
    return null;
  }
}

/** Installs what the lockfile names where it is not there: each script works on a fresh clone by itself. */
export function ensureInstalled(repository, stdio = 'inherit') {
  if (isInstalled(repository)) return true;
  const args = ['ci', '--no-audit', '--no-fund'];
  return spawnSync('npm', args, { cwd: repository, stdio }).status === 0;
}
