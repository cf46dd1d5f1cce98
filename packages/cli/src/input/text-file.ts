import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { isUtf8 } from 'node:buffer';
import { EnvironmentError, NotFoundError, UsageError } from '@dispatch/core';

export const largestTextBytes = 10 * 1024 * 1024;

/** The text of a file that was named with `option`. Throws UsageError, NotFoundError `file_missing`, EnvironmentError. */
export function readTextFile(path: string, option: string): string {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    throw openError(error, path, option);
  }
  try {
    if (fstatSync(fd).isDirectory()) throw isFolder(path, option);
    return textOf(readAtMost(fd, largestTextBytes + 1), path);
  } finally {
    closeSync(fd);
  }
}

/** Bytes as text. Throws UsageError `too_large`, `not_text`; `what` names where they came from. */
export function textOf(bytes: Buffer, what: string): string {
  if (bytes.length > largestTextBytes)
    throw new UsageError(
      'too_large',
      `${what} holds more than 10 MiB`,
      'put what is long into a file of the workspace, and name that',
    );
  if (bytes.includes(0) || !isUtf8(bytes))
    throw new UsageError(
      'not_text',
      `${what} is no text in UTF-8`,
      'name a text file; what is binary belongs into the workspace',
    );
  return bytes.toString('utf8').replace(/^\ufeff/, '');
}

/** A pipe tells no size, and a device has no end. */
function readAtMost(fd: number, limit: number): Buffer {
  const chunks: Buffer[] = [];
  for (let left = limit; left > 0;) {
    const chunk = Buffer.allocUnsafe(Math.min(left, 1024 * 1024));
    const count = readSync(fd, chunk, 0, chunk.length, null);
    if (count === 0) break;
    chunks.push(chunk.subarray(0, count));
    left -= count;
  }
  return Buffer.concat(chunks);
}

function openError(error: unknown, path: string, option: string): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new NotFoundError(
      'file_missing',
      `there is no file ${path}`,
      `${option} names a file; text is given with --prompt`,
      { cause: error },
    );
  if (code === 'EISDIR') return isFolder(path, option);
  return new EnvironmentError('file_unreadable', `${path} cannot be read (${code || String(error)})`, null, {
    cause: error,
  });
}

function isFolder(path: string, option: string): UsageError {
  return new UsageError('is_a_folder', `${path} is a folder`, `${option} names a file`);
}
