import { join } from 'node:path';
import type { BodyRef } from '../records/index.ts';
import { readRegular } from './open.ts';
import { sha256 } from './hash.ts';

/** The text of a body below a task folder; null where it is missing or is not what was recorded. */
export function readBody(taskDir: string, ref: BodyRef): string | null {
  // The path comes from a journal that a worker can write.
  if (ref.path.startsWith('/') || ref.path.split('/').includes('..') || ref.path.includes('\0')) return null;
  const bytes = readRegular(join(taskDir, ref.path));
  return bytes === null || sha256(bytes) !== ref.sha256 ? null : bytes.toString('utf8');
}
