import { closeSync, readSync } from 'node:fs';
import { maxLetterBytes, type BodyRef } from '@dispatch/core';
import type { Departures } from './departure.ts';
import type { StoreFiles } from './files.ts';

/** A body that an event names. */
export interface NamedBody {
  ref: BodyRef;
  line: number;
}

/** Every body that the journal names, by its path, size and hash. */
export function judgeBodies(
  files: StoreFiles,
  folder: string,
  bodies: readonly NamedBody[],
  departures: Departures,
): void {
  for (const { ref, line } of bodies) {
    const journal = `${folder}/events.jsonl`;
    if (!staysInside(ref.path)) {
      departures.add(
        'body_path',
        journal,
        `names a body at ${JSON.stringify(ref.path)}, which is not below the task's folder`,
        line,
      );
      continue;
    }
    const path = `${folder}/${ref.path}`;
    const found = digestOf(files, path, departures);
    if (found === 'barred') continue;
    if (found === 'missing')
      departures.add('body_missing', path, `is not there, but line ${line} of the journal names it`);
    else if (found.sha256 !== ref.sha256 || found.bytes !== ref.bytes)
      departures.add(
        'body_hash',
        path,
        `has ${found.bytes} bytes with the hash ${found.sha256}; line ${line} of the journal says ${ref.bytes} with ${ref.sha256}`,
      );
  }
}

function staysInside(path: string): boolean {
  return path !== '' && !path.startsWith('/') && !path.includes('\0') && !path.split('/').includes('..');
}

export interface Digest {
  sha256: string;
  bytes: number;
}

const pieceBytes = 256 * 1024;

/** Of a file of any size; of a letter, as every reader does, that of its first mebibyte. */
export function digestOf(
  files: StoreFiles,
  path: string,
  departures: Departures,
): Digest | 'missing' | 'barred' {
  const opened = files.open(path, departures);
  if (opened.kind !== 'there') return opened.kind;
  const fd = opened.value;
  const limit = path.includes('/mailbox/') ? maxLetterBytes : Number.POSITIVE_INFINITY;
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256');
  const piece = Buffer.allocUnsafe(pieceBytes);
  let bytes = 0;
  try {
    while (bytes < limit) {
      const count = readSync(fd, piece, 0, Math.min(pieceBytes, limit - bytes), bytes);
      if (count === 0) break;
      hash.update(piece.subarray(0, count));
      bytes += count;
    }
  } finally {
    closeSync(fd);
  }
  return { sha256: hash.digest('hex'), bytes };
}
