import type { ParserOptions, TranscriptEvent, TranscriptParser } from '../backend.ts';
import { LineSplitter } from './line-splitter.ts';
import { asRecord, type JsonRecord } from './shapes.ts';

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** An event before it is known where its line stands. */
export type TranscriptStep = Without<TranscriptEvent, 'position'>;

export type Emit = (step: TranscriptStep) => void;

/** How one agent's records become events; it may keep state from record to record. */
export interface RecordReader {
  read(record: JsonRecord, emit: Emit): void;
  /** Judges by bytes alone whether a line can be of interest to one who wants signals only. */
  isSignal(bytes: Buffer, start: number, end: number): boolean;
  /** A short line that is no record, for agents that say some things in plain words. */
  readText?(text: string, emit: Emit): void;
  /** Judges likewise whether a line is of interest to nobody; such lines are never parsed. */
  isNoise?(bytes: Buffer, start: number, end: number): boolean;
  /** Reads a line that was passed over for its length, by its beginning. */
  readTooLong?(head: string, emit: Emit): void;
}

const openingBrace = 0x7b;
/** No message is longer; noise without newlines is, in bytes. */
const maxTextBytes = 4096;

/** A parser for agents that print one JSON object a line. */
export function createRecordParser(options: ParserOptions, reader: RecordReader): TranscriptParser {
  const signalsOnly = options.interest === 'signals';
  let events: TranscriptEvent[] = [];
  let current = options.position;
  const emit: Emit = (step) => events.push({ position: current, ...step });

  const splitter = new LineSplitter(
    {
      line(bytes, lineStart, end, position) {
        let start = lineStart;
        // A log that was opened anew with `>` has a hole of zero bytes where its first writer wrote.
        while (start < end && bytes[start] === 0) start++;
        if (start === end) return;
        const mayBeRecord = bytes[start] === openingBrace;
        const mayBeWords = !mayBeRecord && reader.readText !== undefined && end - start <= maxTextBytes;
        if (signalsOnly && !(mayBeRecord ? reader.isSignal(bytes, start, end) : mayBeWords)) return;
        if (mayBeRecord && reader.isNoise?.(bytes, start, end) === true) return;
        current = position;
        const text = bytes.toString('utf8', start, end);
        const record = mayBeRecord ? parseRecord(text) : null;
        if (record !== null) return reader.read(record, emit);
        if (!signalsOnly && text.trim() !== '') emit({ type: 'output', text });
        if (mayBeWords) reader.readText?.(text, emit);
      },
      tooLong(position, length, head) {
        current = position;
        emit({ type: 'warning', message: `a line of ${length} bytes was passed over` });
        reader.readTooLong?.(head.toString('utf8'), emit);
      },
    },
    options.position,
  );

  const taken = (): TranscriptEvent[] => {
    const result = events;
    events = [];
    return result;
  };
  return {
    push(chunk) {
      splitter.push(chunk);
      return taken();
    },
    end() {
      splitter.end();
      return taken();
    },
  };
}

function parseRecord(text: string): JsonRecord | null {
  try {
    return asRecord(JSON.parse(text));
  } catch {
    return null;
  }
}
