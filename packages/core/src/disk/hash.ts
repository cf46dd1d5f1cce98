import { sha256 as sha256OfSmall } from '@noble/hashes/sha2.js';
import type { BodyRef } from '../records/index.ts';

/** Above this node's own hash is worth the 4 ms that loading it costs the start of every command. */
const smallBytes = 64 * 1024;

/** The last few texts: a prompt is asked about at each step of its way. */
const recent = new Map<string, string>();
const remembered = 4;

/** SHA-256 in hex; of a text that of its UTF-8. */
export function sha256(content: string | Uint8Array): string {
  if (typeof content !== 'string') return hashed(content);
  const known = recent.get(content);
  if (known !== undefined) return known;
  const bytes = Buffer.from(content);
  const hash = hashed(bytes);
  if (bytes.length > smallBytes) return hash;
  recent.set(content, hash);
  if (recent.size > remembered) recent.delete(recent.keys().next().value!);
  return hash;
}

function hashed(bytes: Uint8Array): string {
  if (bytes.length > smallBytes)
    return process.getBuiltinModule('node:crypto').createHash('sha256').update(bytes).digest('hex');
  return Buffer.from(sha256OfSmall(bytes)).toString('hex');
}

/** A reference to a body at `path` (relative to the task folder) with that content. */
export function bodyRef(path: string, content: string | Uint8Array): BodyRef {
  const bytes = typeof content === 'string' ? Buffer.byteLength(content) : content.length;
  return { path, sha256: sha256(content), bytes };
}
