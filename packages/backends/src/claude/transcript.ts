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
import { classifyApiFailure, readResult } from './failures.ts';

/** Reads the output of `claude -p --output-format stream-json --verbose` (2.1.197 to 2.1.328). */
export function createClaudeParser(options: ParserOptions): TranscriptParser {
  return createRecordParser(options, claudeReader(options.interest));
}

// 2.1.328 prints `result` lines that begin with another field; those pass the test as well.
const isSignal = typePrefixTest([
  'assistant"',
  'user"',
  'result"',
  'system","subtype":"init"',
  'system","subtype":"api_retry"',
  'system","subtype":"permission_denied"',
]);

function claudeReader(interest: ParserOptions['interest']): RecordReader {
  let active = false;
  let assistantError: string | null = null;
  const deniedCalls = new Set<string>();

  const readAssistant = (record: JsonRecord, emit: Emit): void => {
    const message = asRecord(record.message);
    if (message === null) return;
    assistantError = asText(record.error);
    const synthetic = message.model === '<synthetic>';
    // Claude Code's own words about a failure; the `result` line says them again.
    if (synthetic && assistantError !== null) return;
    if (!synthetic && !active) {
      active = true;
      emit({ type: 'model_active' });
    }
    const ofSubagent = asText(record.parent_tool_use_id) !== null;
    for (const part of asList(message.content)) {
      const block = asRecord(part);
      if (block === null) continue;
      if (block.type === 'tool_use' || block.type === 'server_tool_use') {
        emit({
          type: 'tool_call',
          id: asText(block.id) ?? '',
          name: asText(block.name) ?? '',
          input: block.input,
        });
      } else if (ofSubagent) {
        continue;
      } else if (block.type === 'text') {
        emit({ type: 'text', text: asText(block.text) ?? '' });
      } else if (block.type === 'thinking' && interest === 'everything') {
        emit({ type: 'thinking', text: asText(block.thinking) ?? '' });
      }
    }
  };

  const readUser = (record: JsonRecord, emit: Emit): void => {
    for (const part of asList(asRecord(record.message)?.content)) {
      const block = asRecord(part);
      if (block?.type !== 'tool_result') continue;
      const output = contentText(block.content);
      emit({
        type: 'tool_result',
        id: asText(block.tool_use_id) ?? '',
        is_error: block.is_error === true,
        output,
      });
    }
  };

  const readDenial = (denial: JsonRecord, emit: Emit): void => {
    const id = asText(denial.tool_use_id);
    if (id !== null && deniedCalls.has(id)) return;
    if (id !== null) deniedCalls.add(id);
    const tool = asText(denial.tool_name) ?? '';
    emit({ type: 'denied', tool, message: failureMessage(asText(denial.message), `${tool} was denied`) });
  };

  const readSystem = (record: JsonRecord, emit: Emit): void => {
    switch (record.subtype) {
      case 'init': {
        const id = asText(record.session_id);
        if (id !== null) emit({ type: 'session', id });
        return;
      }
      case 'api_retry':
        active = false;
        emit(readRetry(record));
        return;
      case 'permission_denied':
        readDenial(record, emit);
        return;
      case 'informational':
        if (record.level !== 'info' && asText(record.content) !== null) {
          emit({ type: 'warning', message: failureMessage(asText(record.content), 'claude warns') });
        }
        return;
      case 'session_writes_lost':
        emit({
          type: 'warning',
          message: 'claude could not write its session: a resume may miss part of it',
        });
        return;
    }
  };

  const readEnd = (record: JsonRecord, emit: Emit): void => {
    for (const denial of asList(record.permission_denials)) {
      const denied = asRecord(denial);
      if (denied !== null) readDenial(denied, emit);
    }
    const result = readResult(record, assistantError);
    active = false;
    assistantError = null;
    if (result.kind === 'session_unknown') {
      emit({ type: 'session_unknown', message: result.message });
      return;
    }
    readUsage(record, emit);
    if (result.kind === 'succeeded') emit({ type: 'turn_end', outcome: 'succeeded' });
    if (result.kind === 'failed') {
      emit({ type: 'turn_end', outcome: 'failed', class: result.class, message: result.message });
    }
  };

  return {
    isSignal,
    read(record, emit) {
      if (record.type === 'assistant') readAssistant(record, emit);
      else if (record.type === 'user') readUser(record, emit);
      else if (record.type === 'system') readSystem(record, emit);
      else if (record.type === 'result') readEnd(record, emit);
    },
  };
}

function readRetry(record: JsonRecord): Parameters<Emit>[0] {
  const error = asText(record.error);
  const status = asNumber(record.error_status);
  const signs = { error, status, terminalReason: null, stopReason: null, text: '' };
  return {
    type: 'retrying',
    // Without status and name the request got no answer at all.
    class: status === null && (error === null || error === 'unknown') ? 'network' : classifyApiFailure(signs),
    message: [error ?? 'no answer', status === null ? null : `status ${status}`, attempts(record)]
      .filter(Boolean)
      .join(', '),
    delay_ms: asNumber(record.retry_delay_ms),
  };
}

function attempts(record: JsonRecord): string | null {
  const attempt = asNumber(record.attempt);
  const limit = asNumber(record.max_retries);
  return attempt === null || limit === null ? null : `retry ${attempt} of ${limit}`;
}

/** Tokens are of this turn, cached ones told beside the others; the cost is the process's or (2.1.328) the whole session's so far. */
function readUsage(record: JsonRecord, emit: Emit): void {
  const usage = asRecord(record.usage);
  const cost = asNumber(record.total_cost_usd);
  if (usage === null && cost === null) return;
  emit({
    type: 'usage',
    totals: ['cost'],
    usage: {
      input_tokens: withCached(usage, [
        'input_tokens',
        'cache_read_input_tokens',
        'cache_creation_input_tokens',
      ]),
      output_tokens: asNumber(usage?.output_tokens),
      cached_input_tokens: asNumber(usage?.cache_read_input_tokens),
      cost_usd: cost,
    },
  });
}
