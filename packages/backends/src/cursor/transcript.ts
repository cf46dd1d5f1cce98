import type { ParserOptions, TranscriptParser } from '../backend.ts';
import { failureMessage } from '../failures/classify.ts';
import { createRecordParser, type Emit, type RecordReader } from '../transcript/record-parser.ts';
import { asRecord, asText, contentText, type JsonRecord } from '../transcript/shapes.ts';
import { typePrefixTest } from '../transcript/type-prefix.ts';
import { classifyMessage, readText } from './failures.ts';
import { readToolCall } from './tool-call.ts';

/** Reads the output of `cursor-agent -p --output-format stream-json`, as it is documented. */
export function createCursorParser(options: ParserOptions): TranscriptParser {
  return createRecordParser(options, cursorReader(options.interest));
}

const isSignal = typePrefixTest(['system"', 'thinking"', 'assistant"', 'tool_call"', 'result"']);

/** Of the thoughts between two messages the first part is kept, in characters. */
const maxThinkingChars = 64 * 1024;

function cursorReader(interest: ParserOptions['interest']): RecordReader {
  let active = false;
  let thinking = '';
  const openTools = new Set<string>();

  const activate = (emit: Emit): void => {
    if (!active) emit({ type: 'model_active' });
    active = true;
  };

  const flushThinking = (emit: Emit): void => {
    if (thinking !== '') emit({ type: 'thinking', text: thinking });
    thinking = '';
  };

  const readTool = (record: JsonRecord, emit: Emit): void => {
    const id = asText(record.call_id) ?? '';
    const call = readToolCall(record.tool_call);
    if (!openTools.has(id)) emit({ type: 'tool_call', id, name: call.name, input: call.input });
    if (record.subtype === 'started') {
      openTools.add(id);
      return;
    }
    openTools.delete(id);
    const isError = record.subtype === 'failed' || call.result?.isError === true;
    emit({ type: 'tool_result', id, is_error: isError, output: call.result?.output ?? '' });
  };

  const readEnd = (record: JsonRecord, emit: Emit): void => {
    const succeeded = record.subtype === 'success' && record.is_error !== true;
    if (succeeded) activate(emit);
    active = false;
    openTools.clear();
    if (succeeded) {
      emit({ type: 'turn_end', outcome: 'succeeded' });
      return;
    }
    const otherwise = `the turn ended with ${asText(record.subtype) ?? 'no subtype'}`;
    const message = failureMessage(asText(record.result) ?? asText(record.error), otherwise);
    emit({ type: 'turn_end', outcome: 'failed', class: classifyMessage(message), message });
  };

  return {
    isSignal,
    read(record, emit) {
      switch (record.type) {
        case 'system': {
          const id = record.subtype === 'init' ? asText(record.session_id) : null;
          if (id !== null) emit({ type: 'session', id });
          return;
        }
        case 'thinking':
          activate(emit);
          if (interest !== 'everything') return;
          thinking = (thinking + (asText(record.text) ?? '')).slice(0, maxThinkingChars);
          if (record.subtype !== 'delta') flushThinking(emit);
          return;
        case 'assistant':
          activate(emit);
          flushThinking(emit);
          // A partial message (--stream-partial-output); a whole one before a tool call names the model's call, too.
          if (record.timestamp_ms !== undefined && record.model_call_id === undefined) return;
          emit({ type: 'text', text: contentText(asRecord(record.message)?.content) });
          return;
        case 'tool_call':
          activate(emit);
          flushThinking(emit);
          readTool(record, emit);
          return;
        case 'result':
          flushThinking(emit);
          readEnd(record, emit);
          return;
      }
    },
    readText(text, emit) {
      const meaning = readText(text);
      if (meaning.kind === 'nothing') return;
      active = false;
      if (meaning.kind === 'session_unknown') emit({ type: 'session_unknown', message: meaning.message });
      else if (meaning.kind === 'failed')
        emit({ type: 'turn_end', outcome: 'failed', class: meaning.class, message: meaning.message });
      else emit({ type: 'retrying', class: meaning.class, message: meaning.message, delay_ms: null });
    },
  };
}
