import { readSync } from 'node:fs';
import { parseLine, type AnyEvent } from './lines.ts';
import { journalStart, scanLines, type JournalPosition } from './scan.ts';

const windowBytes = 64 * 1024;

/**
 * Events read below the lowest one that is wanted: where the window begins behind the line that counts, its first line
 * of that sequence is a void one. So many void ones in ascending order just there do not happen.
 */
const guard = 8;

/**
 * The `limit` events that end with the one at `position`, oldest first. Read backwards: going down from a known valid
 * event, the first line of each lower sequence in the file is the valid one, so of two in a window the earlier counts.
 */
export function lastEventsBefore(fd: number, position: JournalPosition, limit: number): AnyEvent[] {
  if (limit <= 0) return [];
  const lowest = Math.max(1, position.sequence - limit + 1);
  const guarded = Math.max(1, lowest - guard);
  for (let window = windowBytes; ; window *= 4) {
    const from = Math.max(0, position.bytes - window);
    const bytes = readWindow(fd, from, position.bytes);
    if (from === 0)
      return scanLines(bytes, journalStart)
        .events.slice(-limit)
        .map(({ event }) => event);
    const found = eventsOf(bytes, guarded, position.sequence);
    const complete = found.size === position.sequence - guarded + 1 && isAscending([...found.keys()]);
    if (complete) return [...found.values()].filter(({ sequence }) => sequence >= lowest);
  }
}

function isAscending(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0));
}

function readWindow(fd: number, from: number, to: number): Buffer {
  const bytes = Buffer.alloc(to - from);
  const count = readSync(fd, bytes, 0, bytes.length, from);
  return bytes.subarray(0, count);
}

/** The first line of each sequence behind the first newline, in the order of the file. */
function eventsOf(bytes: Buffer, lowest: number, highest: number): Map<number, AnyEvent> {
  const found = new Map<number, AnyEvent>();
  let start = bytes.indexOf(0x0a) + 1;
  for (;;) {
    const newline = bytes.indexOf(0x0a, start);
    if (newline === -1) return found;
    const line = parseLine(bytes.subarray(start, newline));
    start = newline + 1;
    if (line.kind !== 'event') continue;
    const { sequence } = line.event;
    if (sequence >= lowest && sequence <= highest && !found.has(sequence)) found.set(sequence, line.event);
  }
}
