import { createHash } from 'node:crypto';
import type { BodyRef } from '../records/index.ts';

export function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A reference to a body at `path` (relative to the task folder) with that content. */
export function bodyRef(path: string, content: string | Uint8Array): BodyRef {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return { path, sha256: sha256(bytes), bytes: bytes.length };
}
