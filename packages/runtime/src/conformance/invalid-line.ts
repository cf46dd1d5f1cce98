import { checkEventLine, maxLineBytes, parseLine } from '@dispatch/core';

/** What is wrong with a line that no reader counts. */
export interface InvalidLine {
  rule: 'journal_line' | 'event_schema';
  message: string;
}

/** Null where it is what a writer that died leaves: a stump that the next one closed, or wrote its own line behind. */
export function reasonOfInvalid(bytes: Buffer): InvalidLine | null {
  const event = asEvent(bytes);
  if (event !== null)
    return {
      rule: 'event_schema',
      message: `is of the kind ${event.kind}, but its data does not fit that; see event.schema.json`,
    };
  if (isClosed(bytes) || endsInEvent(bytes)) return null;
  const begin = bytes.toString('utf8', 0, 60);
  return {
    rule: 'journal_line',
    message: `is no event, no remark and no closed stump: ${JSON.stringify(begin)}`,
  };
}

function asEvent(bytes: Buffer): { kind: string } | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return checkEventLine(value) && Number.isSafeInteger((value as { sequence: number }).sequence)
      ? (value as { kind: string })
      : null;
  } catch {
    return null;
  }
}

const hash = 0x23;
const brace = 0x7b;

/** Who finds a stump writes `#` and a newline behind it before a line of its own. */
function isClosed(bytes: Buffer): boolean {
  return bytes[0] === brace && bytes.at(-1) === hash;
}

/** Two writers at once: the line of one went behind the stump of another; it does not count, and is written again. */
function endsInEvent(bytes: Buffer): boolean {
  if (bytes[0] !== brace || bytes.length >= 2 * maxLineBytes) return false;
  for (let at = bytes.indexOf(brace, 1); at !== -1; at = bytes.indexOf(brace, at + 1))
    if (parseLine(bytes.subarray(at)).kind === 'event') return true;
  return false;
}
