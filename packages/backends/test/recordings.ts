import { readdirSync, readFileSync } from 'node:fs';
import {
  emptySummary,
  summarise,
  type Backend,
  type ParserOptions,
  type TranscriptEvent,
  type TurnSummary,
} from '../src/index.ts';

const folder = new URL('./recordings/', import.meta.url);

/** Names of the recorded cases of one CLI version. */
export function recordedCases(version: string): string[] {
  return readdirSync(new URL(`${version}/`, folder))
    .filter((name) => name.endsWith('.stdout.jsonl'))
    .map((name) => name.replace('.stdout.jsonl', ''));
}

export function recordedStdout(version: string, name: string): Buffer {
  return readFileSync(new URL(`${version}/${name}.stdout.jsonl`, folder));
}

/** The session as the first record of a case names it. */
export function recordedId(version: string, name: string, field: 'thread_id' | 'session_id'): string {
  const [first = ''] = recordedStdout(version, name).toString().split('\n');
  return (JSON.parse(first) as Record<typeof field, string>)[field];
}

export function recordedStderr(version: string, name: string): string {
  return readFileSync(new URL(`${version}/${name}.stderr.txt`, folder), 'utf8');
}

/** All events of a log that is pushed in the given pieces. */
export function eventsOf(
  backend: Backend,
  pieces: readonly Uint8Array[],
  interest: ParserOptions['interest'] = 'everything',
): TranscriptEvent[] {
  const parser = backend.createParser({ interest, position: 0 });
  return [...pieces.flatMap((piece) => parser.push(piece)), ...parser.end()];
}

export function summaryOf(events: readonly TranscriptEvent[]): TurnSummary {
  return events.reduce(summarise, emptySummary());
}

/** The bytes in pieces that end at the given places. */
export function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
}

/** Records as a log. */
export function log(...records: readonly unknown[]): Buffer {
  return Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
}
