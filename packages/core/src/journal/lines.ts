import type { JournalEvent, UnknownEvent } from '../records/index.ts';
import { foldVersion } from '../lifecycle/apply.ts';
import { checkEventLine, checkEventData } from '../records/checks.generated.ts';

/** An event of a journal, whether this version knows its kind or not. */
export type AnyEvent = JournalEvent | UnknownEvent;

export type Line =
  | { kind: 'event'; event: AnyEvent; known: boolean }
  /** A healed stump or a remark: no part of the journal. */
  | { kind: 'remark' }
  | { kind: 'invalid' };

const hash = 0x23;

/** Reads one line (without its newline). */
export function parseLine(bytes: Uint8Array): Line {
  if (bytes.length === 0 || bytes[0] === hash) return { kind: 'remark' };
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'));
  } catch {
    return { kind: 'invalid' };
  }
  if (!checkEventLine(value)) return { kind: 'invalid' };
  const event = value as AnyEvent;
  // Beyond this n + 1 may equal n, and a commit would never see itself win.
  if (!Number.isSafeInteger(event.sequence)) return { kind: 'invalid' };
  const verdict = checkEventData(event.kind, event.data);
  // A newer version may have given a kind that we know another form: then it counts, and we leave the task alone.
  if (verdict === 'wrong' && !((event.fold_version ?? 0) > foldVersion)) return { kind: 'invalid' };
  return { kind: 'event', event, known: verdict === 'right' };
}
