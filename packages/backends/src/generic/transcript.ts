import type { ParserOptions, TranscriptEvent, TranscriptParser } from '../backend.ts';
import { LineSplitter } from '../transcript/line-splitter.ts';

/** Each line is output; nothing in it decides about the attempt. */
export function createOutputParser(options: ParserOptions): TranscriptParser {
  if (options.interest === 'signals') return { push: () => [], end: () => [] };
  let events: TranscriptEvent[] = [];
  const splitter = new LineSplitter(
    {
      line: (bytes, start, end, position) => {
        events.push({ position, type: 'output', text: bytes.toString('utf8', start, end) });
      },
      tooLong: (position, length) => {
        events.push({ position, type: 'warning', message: `a line of ${length} bytes was passed over` });
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
