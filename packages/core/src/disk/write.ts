import {
  closeSync,
  constants,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join, basename } from 'node:path';
import { InternalError, StoreError } from '../errors.ts';
import { errnoOf, isMissing, openRegular, PlantedLink, requireFolder } from './open.ts';
import { newNonce } from './nonce.ts';
import { asStoreError } from './store-error.ts';
import { SyncBatch } from './sync.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY, O_RDONLY, O_DIRECTORY } = constants;

/** Synced before the call returns, never, or together with other things when the batch is flushed. */
export type Durability = 'durable' | 'cached' | SyncBatch;

/** Writes all bytes to a file that nobody else writes; what does not fit is an error of write(2), or `short_write`. */
export function writeWhole(fd: number, bytes: Uint8Array, path: string): void {
  let written = 0;
  while (written < bytes.length) {
    const count = writeSync(fd, bytes, written, bytes.length - written);
    if (count === 0) throw new StoreError('short_write', `${path} took ${written} of ${bytes.length} bytes`);
    written += count;
  }
}

/** Makes the entries of a folder last: now, or with the batch that is given. */
export function syncFolder(path: string, durability: Durability): void {
  if (durability === 'durable') fsyncFolder(path);
  else if (durability !== 'cached') durability.folder(path);
}

export function fsyncFolder(path: string): void {
  const fd = openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    fsyncSync(fd);
  } catch (error) {
    throw asStoreError(error, path);
  } finally {
    closeSync(fd);
  }
}

/** Makes a file that somebody else wrote durable, with its name; false where it is gone. Throws PlantedLink, StoreError. */
export function syncFile(path: string): boolean {
  let fd: number;
  try {
    fd = openRegular(path, O_RDONLY);
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
  try {
    fdatasyncSync(fd);
  } catch (error) {
    throw asStoreError(error, path);
  } finally {
    closeSync(fd);
  }
  fsyncFolder(dirname(path));
  return true;
}

/** Creates a file that was not there, whole, and never overwrites one. */
export function createFile(
  path: string,
  content: string | Uint8Array,
  durability: Durability,
  mode = 0o600,
): void {
  try {
    const fd = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
    let kept = false;
    try {
      writeWhole(fd, typeof content === 'string' ? Buffer.from(content) : content, path);
      if (durability === 'durable') fdatasyncSync(fd);
      if (durability instanceof SyncBatch) {
        durability.file(fd, path);
        kept = true;
      }
    } catch (error) {
      // Half a file is none: a full disk must not fill with them.
      unlinkQuietly(path);
      throw error;
    } finally {
      if (!kept) closeSync(fd);
    }
  } catch (error) {
    throw asStoreError(error, path);
  }
}

/**
 * Puts a complete file at `path` by link(2), which fails where something stands: the first of many wins.
 * Returns whether it was this one. The folder is synced where it must last.
 */
export function linkWhole(
  path: string,
  content: string | Uint8Array,
  durability: 'durable' | 'cached',
  mode = 0o600,
): boolean {
  const temporary = temporaryFor(path);
  createFile(temporary, content, durability, mode);
  const won = linkOver(temporary, path);
  // Who lost relies on the winner's file, and the winner may have died before it synced the folder.
  syncFolder(dirname(path), durability);
  return won;
}

/** The same with a batch: the name appears once the bytes are durable. Throws at the flush where something stands. */
export function linkWholeWith(batch: SyncBatch, path: string, content: string, mode = 0o600): void {
  const temporary = temporaryFor(path);
  createFile(temporary, content, batch, mode);
  const place = (): void => {
    if (!linkOver(temporary, path))
      throw new InternalError(`${path}, a name of our own, stands there already`);
  };
  batch.afterFiles({ place, giveUp: () => unlinkQuietly(temporary) });
  batch.folder(dirname(path));
}

export function temporaryFor(path: string): string {
  return join(dirname(path), `.${basename(path)}.${newNonce()}`);
}

/** The name that a file was to get, where `name` is that of its temporary one; else null. */
export function nameOfTemporary(name: string): string | null {
  return /^\.(.+)\.[0-9a-z]{12}$/.exec(name)?.[1] ?? null;
}

/** Whether the name was free; the temporary one goes either way. */
function linkOver(temporary: string, path: string): boolean {
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw asStoreError(error, path);
    return false;
  } finally {
    unlinkQuietly(temporary);
  }
}

/**
 * Replaces `path` whole by rename(2): readers see the old or the new text, never a part. `isWanted` is asked once the
 * text is written, right before the rename; returns whether there was one. Throws PlantedLink where a folder is in its place.
 */
export function replaceFile(
  path: string,
  content: string,
  durability: Durability,
  isWanted: () => boolean = () => true,
): boolean {
  const temporary = temporaryFor(path);
  createFile(temporary, content, durability);
  try {
    if (!isWanted()) {
      unlinkQuietly(temporary);
      return false;
    }
    renameSync(temporary, path);
  } catch (error) {
    unlinkQuietly(temporary);
    if (errnoOf(error) === 'EISDIR') throw new PlantedLink(path);
    throw asStoreError(error, path);
  }
  syncFolder(dirname(path), durability);
  return true;
}

export function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** Makes one folder (0700) if it is not there; what stands there must be a folder of its own. Returns whether it made it. */
export function ensureFolder(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw asStoreError(error, path);
    requireFolder(path);
    return false;
  }
}

/** Makes a folder (0700) and those above it that are missing; the name of each that it made is synced. */
export function ensureFolders(path: string): void {
  if (existsSync(path)) return;
  const above = dirname(path);
  ensureFolders(above);
  // A folder of the user's may be a link, to be followed.
  if (ensureFolder(path)) fsyncFolder(realpathSync(above));
}
