import { parseLine, type AnyEvent } from './lines.ts';
import { repairIn, SequenceOrder, type Repair } from './order.ts';

/** How far a journal has been read: just behind the line of event `sequence`. */
export interface JournalPosition {
  sequence: number;
  nonce: string;
  bytes: number;
}

export const journalStart: JournalPosition = { sequence: 0, nonce: '', bytes: 0 };

export interface ScannedEvent {
  event: AnyEvent;
  known: boolean;
  /** Byte just behind its newline. */
  end: number;
}

export function positionOf({ event, end }: ScannedEvent): JournalPosition {
  return { sequence: event.sequence, nonce: event.nonce, bytes: end };
}

export interface Scan {
  events: ScannedEvent[];
  /** Behind the last complete line that was looked at, valid or not. */
  read_bytes: number;
  /** A sequence that is missing while later ones stand behind it, and no repair names it. */
  gap: { expected: number; found: number } | null;
  /** Lines among those looked at that are neither events nor remarks. */
  invalid_lines: number;
  unterminated: boolean;
}

interface Candidate extends ScannedEvent {
  sequence: number;
}

/**
 * Reads the lines of `bytes`, which begin at `from.bytes` of the journal. The first valid line with a sequence is that
 * event; a later one with the same is void. A line counts only with its newline.
 */
export function scanLines(bytes: Buffer, from: JournalPosition): Scan {
  const scan: Scan = { events: [], read_bytes: from.bytes, gap: null, invalid_lines: 0, unterminated: false };
  const candidates: Candidate[] = [];
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(0x0a, start);
    if (newline === -1) {
      scan.unterminated = true;
      break;
    }
    const line = parseLine(bytes.subarray(start, newline));
    start = newline + 1;
    scan.read_bytes = from.bytes + start;
    if (line.kind === 'invalid') scan.invalid_lines += 1;
    if (line.kind === 'event')
      candidates.push({
        sequence: line.event.sequence,
        event: line.event,
        known: line.known,
        end: scan.read_bytes,
      });
  }
  takeInOrder(candidates, from.sequence + 1, scan);
  return scan;
}

/** The highest sequence of any event line, whether it counts or not; 0 where there is none. */
export function highestSequence(bytes: Buffer): number {
  let highest = 0;
  let start = 0;
  for (let newline = bytes.indexOf(0x0a); newline !== -1; newline = bytes.indexOf(0x0a, start)) {
    const line = parseLine(bytes.subarray(start, newline));
    if (line.kind === 'event') highest = Math.max(highest, line.event.sequence);
    start = newline + 1;
  }
  return highest;
}

function takeInOrder(candidates: Candidate[], first: number, scan: Scan): void {
  let repairs: Repair[] | null = null;
  const order = new SequenceOrder(
    first,
    () => (repairs ??= candidates.flatMap(({ event, known }) => repairIn(event, known) ?? [])),
  );
  for (const { sequence, event, known, end } of candidates) {
    if (order.counts(sequence)) scan.events.push({ event, known, end });
    if (order.gap !== null) break;
  }
  scan.gap = order.gap;
}
