import { basename, dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { original } from './originals.mjs';
import { settings } from './settings.mjs';

const roots = [...new Set(settings.roots.flatMap((root) => [root, realPath(root)]))];
const openedPaths = new Map();

/** The absolute path of an argument of node:fs (string, bytes or file URL), links not followed; undefined for others. */
export function absolute(path) {
  if (typeof path === 'string') return resolve(path);
  if (path instanceof URL && path.protocol === 'file:') return fileURLToPath(path);
  if (path instanceof Uint8Array) return resolve(Buffer.from(path).toString());
  return undefined;
}

/** Whether a path lies below a root (or is one), as written or with the links of its folder followed. */
export function isBelow(path) {
  return path !== undefined && (within(path) || within(realPath(path)));
}

/** The path with the links of its folders followed, but not a link at its end; missing folders are kept as written. */
export function realPath(path) {
  const folder = dirname(path);
  if (folder === path) return path;
  try {
    return join(original.realpathSync.native(folder), basename(path));
  } catch {
    return join(realPath(folder), basename(path));
  }
}

/** Remembers what a descriptor was opened with. */
export function rememberOpened(fd, path) {
  if (isBelow(path)) openedPaths.set(fd, path);
  else openedPaths.delete(fd);
}

export function forgetOpened(fd) {
  openedPaths.delete(fd);
}

/**
 * The file behind a descriptor, or undefined where it is not below a root. `path` is what it was opened with, `now`
 * its present name. The kernel is asked, so inherited descriptors (stdio on a log) are known and reused ones not
 * confused; where there is no /proc, only what this process opened is known.
 */
export function fileOf(fd) {
  const opened = openedPaths.get(fd);
  let now;
  try {
    now = original.readlinkSync(`/proc/self/fd/${fd}`).replace(/ \(deleted\)$/, '');
  } catch {
    return opened === undefined ? undefined : { path: opened, now: opened };
  }
  return within(now) ? { path: opened ?? now, now } : undefined;
}

function within(path) {
  return roots.some((root) => path === root || path.startsWith(root.endsWith(sep) ? root : root + sep));
}
