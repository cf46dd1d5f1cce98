import type { ParserOptions, TranscriptParser } from '../backend.ts';
import { failureMessage } from '../failures/classify.ts';
import { createRecordParser, type Emit, type RecordReader } from '../transcript/record-parser.ts';
import {
  asList,
  asNumber,
  asRecord,
  asText,
  contentText,
  withCached,
  type JsonRecord,
} from '../transcript/shapes.ts';
import { typePrefixTest } from '../transcript/type-prefix.ts';
import { classifyMessage } from './failures.ts';

/** Reads the output of `pi -p --mode json` (0.73.1 and 0.87.1). */
export function createPiParser(options: ParserOptions): TranscriptParser {
  return createRecordParser(options, piReader(options.interest));
}

const isSignal = typePrefixTest([
  'session"',
  'message_end"',
  'tool_execution_start"',
  'tool_execution_end"',
  'agent_end"',
  'auto_retry_start"',
  'auto_retry_end"',
  'compaction_end"',
]);

// In 0.73.1 each repeats the whole message so far, twice: 66 MiB for an answer of 32 KB.
const isNoise = typePrefixTest(['message_update"', 'tool_execution_update"'], false);

function piReader(interest: ParserOptions['interest']): RecordReader {
  let active = false;
  /** The last answer of the model, for an end that is too long to be read. */
  let last: JsonRecord | null = null;

  const activate = (emit: Emit): void => {
    if (!active) emit({ type: 'model_active' });
    active = true;
  };

  const readAnswer = (message: JsonRecord, emit: Emit): void => {
    last = message;
    // Only now: pi keeps nothing of a new session before its first answer is complete.
    if (message.stopReason !== 'error' && message.stopReason !== 'aborted') activate(emit);
    for (const part of asList(message.content)) {
      const block = asRecord(part);
      if (block?.type === 'text') emit({ type: 'text', text: asText(block.text) ?? '' });
      if (block?.type === 'thinking' && interest === 'everything') {
        emit({ type: 'thinking', text: asText(block.thinking) ?? '' });
      }
    }
    readUsage(message.usage, emit);
  };

  const endTurn = (answer: JsonRecord | null, emit: Emit): void => {
    last = null;
    active = false;
    if (answer?.stopReason === 'stop') {
      emit({ type: 'turn_end', outcome: 'succeeded' });
    } else if (answer?.stopReason === 'length') {
      const message = 'the answer was longer than the model may write at once';
      emit({ type: 'turn_end', outcome: 'failed', class: 'output_limit', message });
    } else if (answer?.stopReason === 'error') {
      const message = failureMessage(asText(answer.errorMessage), 'the request to the model failed');
      emit({ type: 'turn_end', outcome: 'failed', class: classifyMessage(message), message });
    }
  };

  return {
    isSignal,
    isNoise,
    read(record, emit) {
      switch (record.type) {
        case 'session': {
          const id = asText(record.id);
          if (id !== null) emit({ type: 'session', id });
          return;
        }
        case 'message_end': {
          const message = asRecord(record.message);
          if (message?.role === 'assistant') readAnswer(message, emit);
          return;
        }
        case 'tool_execution_start':
        case 'tool_execution_end':
          readTool(record, emit);
          return;
        case 'agent_end':
          // Also before each retry: 0.87.1 says so, in 0.73.1 `auto_retry_start` follows and takes the end back.
          if (record.willRetry !== true) endTurn(lastAnswer(record.messages) ?? last, emit);
          return;
        case 'auto_retry_start':
          active = false;
          emit(readRetry(record));
          return;
        case 'auto_retry_end':
          if (record.success === true) activate(emit);
          return;
        case 'compaction_end':
          if (record.willRetry === true) {
            const message = 'the conversation was too long; pi has compacted it and tries again';
            emit({ type: 'retrying', class: 'context_length', message, delay_ms: null });
          }
          return;
      }
    },
    // It holds every message of the run, so that of a long one is the longest line of all.
    readTooLong(head, emit) {
      if (head.startsWith('{"type":"agent_end"')) endTurn(last, emit);
    },
  };
}

function lastAnswer(messages: unknown): JsonRecord | null {
  return (
    asList(messages)
      .map(asRecord)
      .findLast((message) => message?.role === 'assistant') ?? null
  );
}

function readTool(record: JsonRecord, emit: Emit): void {
  const id = asText(record.toolCallId) ?? '';
  if (record.type === 'tool_execution_start') {
    emit({ type: 'tool_call', id, name: asText(record.toolName) ?? '', input: record.args });
  } else {
    const output = contentText(asRecord(record.result)?.content);
    emit({ type: 'tool_result', id, is_error: record.isError === true, output });
  }
}

function readRetry(record: JsonRecord): Parameters<Emit>[0] {
  const error = failureMessage(asText(record.errorMessage), 'the request to the model failed');
  const attempt = asNumber(record.attempt);
  const limit = asNumber(record.maxAttempts);
  return {
    type: 'retrying',
    class: classifyMessage(error),
    message: attempt === null || limit === null ? error : `${error}, retry ${attempt} of ${limit}`,
    delay_ms: asNumber(record.delayMs),
  };
}

/** Of this answer alone, cached tokens told beside the others; the cost is by the prices of pi's models. */
function readUsage(value: unknown, emit: Emit): void {
  const usage = asRecord(value);
  if (usage === null) return;
  emit({
    type: 'usage',
    totals: [],
    usage: {
      input_tokens: withCached(usage, ['input', 'cacheRead', 'cacheWrite']),
      output_tokens: asNumber(usage.output),
      cached_input_tokens: asNumber(usage.cacheRead),
      cost_usd: asNumber(asRecord(usage.cost)?.total),
    },
  });
}
