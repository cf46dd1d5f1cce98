import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, readlinkSync } from 'node:fs';
import { elapsedMs, sha256 } from '@dispatch/core';
import type { DirtyPath } from './state.ts';

export const MAX_HASHED_BYTES = 16 * 1024 * 1024;

/** Up to here a file is read at once: four trips to the thread pool take ten times as long as the reading. */
const SMALL = 64 * 1024;

const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const nothing = { sha256: null, bytes: null, modified_ms: null };

/** Hash, size and time of a file, or of a link itself; nulls for what is gone, is no file, or came after the deadline. */
export async function hashFile(
  path: string,
  deadline: number,
): Promise<Pick<DirtyPath, 'sha256' | 'bytes' | 'modified_ms'>> {
  try {
    const stat = lstatSync(path);
    const facts = { bytes: stat.size, modified_ms: stat.mtimeMs, sha256: null };
    if (stat.isSymbolicLink()) return { ...facts, sha256: sha256(readlinkSync(path)) };
    if (!stat.isFile() || stat.size > MAX_HASHED_BYTES || elapsedMs() > deadline) return facts;
    return { ...facts, sha256: stat.size <= SMALL ? hashSmall(path) : await hashLarge(path) };
  } catch {
    return nothing;
  }
}

function hashSmall(path: string): string | null {
  const fd = openSync(path, FLAGS);
  try {
    const stat = fstatSync(fd);
    return stat.isFile() && stat.size <= MAX_HASHED_BYTES ? sha256(readFileSync(fd)) : null;
  } finally {
    closeSync(fd);
  }
}

async function hashLarge(path: string): Promise<string | null> {
  const { open } = await import('node:fs/promises');
  const file = await open(path, FLAGS);
  try {
    const stat = await file.stat();
    return stat.isFile() && stat.size <= MAX_HASHED_BYTES ? sha256(await file.readFile()) : null;
  } finally {
    await file.close();
  }
}
