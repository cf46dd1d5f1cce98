import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { StoreError } from '../errors.ts';

const { O_NOFOLLOW, O_RDONLY, O_NONBLOCK } = constants;

/** A link or a special file stands where a record should be: damage that a worker may have planted. */
export class PlantedLink extends StoreError {
  readonly path: string;
  constructor(path: string) {
    super(
      'planted_link',
      `${path} is a link or no regular file; nothing was read or written through it`,
      'look at it, remove it by hand, then run `dispatch doctor`',
    );
    this.path = path;
  }
}

export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** Opens a regular file without following a link in its last component. Throws PlantedLink, or the error of open(2). */
export function openRegular(path: string, flags: number, mode = 0o600): number {
  return openSized(path, flags, mode).fd;
}

/** The same, with the bytes that were in it when it was opened. */
export function openSized(path: string, flags: number, mode = 0o600): { fd: number; size: number } {
  let fd: number;
  try {
    fd = openSync(path, flags | O_NOFOLLOW | O_NONBLOCK, mode);
  } catch (error) {
    // A link, a socket or a pipe without a reader, a folder opened for writing.
    if (['ELOOP', 'ENXIO', 'EISDIR'].includes(errnoOf(error) ?? '')) throw new PlantedLink(path);
    throw error;
  }
  const stat = fstatSync(fd);
  if (!stat.isFile()) {
    closeSync(fd);
    throw new PlantedLink(path);
  }
  return { fd, size: stat.size };
}

/** Content of a regular file, all that was in it when it was opened, or null where there is none. */
export function readRegular(path: string): Buffer | null {
  let file: { fd: number; size: number };
  try {
    file = openSized(path, O_RDONLY);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
  try {
    return readFrom(file.fd, 0, file.size);
  } finally {
    closeSync(file.fd);
  }
}

/** The bytes of an open file from `from` to its end as it is now, or where it was when that is known. */
export function readFrom(fd: number, from: number, size = fstatSync(fd).size): Buffer {
  if (size <= from) return Buffer.alloc(0);
  const bytes = Buffer.allocUnsafe(size - from);
  let filled = 0;
  while (filled < bytes.length) {
    const count = readSync(fd, bytes, filled, bytes.length - filled, from + filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}

/** Throws where `path` is not a folder of its own (a link to one is none). */
export function requireFolder(path: string): void {
  const stat = lstatSync(path);
  if (!stat.isDirectory()) throw new PlantedLink(path);
}

export function isMissing(error: unknown): boolean {
  const code = errnoOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
