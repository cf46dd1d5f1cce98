import { fstatSync, readSync } from 'node:fs';
import { NotFoundError } from '../errors.ts';
import { maxLineBytes } from './encode.ts';
import { parseLine } from './lines.ts';
import type { JournalPosition } from './scan.ts';

/** Whether the journal line that ends at `position.bytes` is the event that the position names. */
export function endsWithEvent(fd: number, position: JournalPosition, size = fstatSync(fd).size): boolean {
  if (position.bytes > size) return false;
  const from = Math.max(0, position.bytes - maxLineBytes);
  const window = Buffer.allocUnsafe(position.bytes - from);
  if (readSync(fd, window, 0, window.length, from) !== window.length) return false;
  if (window.at(-1) !== 0x0a) return false;
  const start = window.lastIndexOf(0x0a, window.length - 2) + 1;
  const line = parseLine(window.subarray(start, window.length - 1));
  return (
    line.kind === 'event' && line.event.sequence === position.sequence && line.event.nonce === position.nonce
  );
}

/** Throws NotFoundError `position_unknown` where the journal in `file` does not hold that event there. */
export function requireEvent(fd: number, position: JournalPosition, file: string): void {
  if (endsWithEvent(fd, position)) return;
  throw new NotFoundError(
    'position_unknown',
    `${file} has no event ${position.sequence}:${position.nonce}`,
    'read from the beginning',
  );
}
