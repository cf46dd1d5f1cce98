import type { ParserOptions, TranscriptParser } from '../backend.ts';
import { failureMessage } from '../failures/classify.ts';
import { createRecordParser, type Emit, type RecordReader } from '../transcript/record-parser.ts';
import { asNumber, asRecord, asText, contentText, type JsonRecord } from '../transcript/shapes.ts';
import { typePrefixTest } from '../transcript/type-prefix.ts';
import { classifyMessage } from './failures.ts';

/** Reads the output of `codex exec --json` (0.169.0). */
export function createCodexParser(options: ParserOptions): TranscriptParser {
  return createRecordParser(options, codexReader());
}

const isSignal = typePrefixTest([
  'thread.started"',
  'turn.completed"',
  'turn.failed"',
  'error"',
  'item.started"',
  'item.completed"',
]);

function codexReader(): RecordReader {
  let active = false;
  const openTools = new Set<string>();

  const activate = (emit: Emit): void => {
    if (!active) emit({ type: 'model_active' });
    active = true;
  };

  const readItem = (stage: 'started' | 'completed', item: JsonRecord, emit: Emit): void => {
    const id = asText(item.id) ?? '';
    const type = asText(item.type);
    // Also printed before any model call, for instance "This session was recorded with model …".
    if (type === 'error') {
      if (stage === 'completed')
        emit({ type: 'warning', message: failureMessage(asText(item.message), 'codex warns') });
      return;
    }
    if (type === null) return;
    activate(emit);
    const tool = readTool(type, item);
    if (tool !== null) {
      if (!openTools.has(id)) emit({ type: 'tool_call', id, name: tool.name, input: tool.input });
      if (stage === 'started') {
        openTools.add(id);
      } else {
        openTools.delete(id);
        emit({ type: 'tool_result', id, is_error: tool.isError, output: tool.output });
      }
      return;
    }
    if (stage !== 'completed') return;
    if (type === 'agent_message') emit({ type: 'text', text: asText(item.text) ?? '' });
    if (type === 'reasoning') emit({ type: 'thinking', text: asText(item.text) ?? '' });
  };

  return {
    isSignal,
    read(record, emit) {
      switch (record.type) {
        case 'thread.started': {
          const id = asText(record.thread_id);
          if (id !== null) emit({ type: 'session', id });
          return;
        }
        case 'item.started':
        case 'item.completed': {
          const item = asRecord(record.item);
          if (item !== null) readItem(record.type === 'item.started' ? 'started' : 'completed', item, emit);
          return;
        }
        case 'turn.completed':
          activate(emit);
          readUsage(record.usage, emit);
          openTools.clear();
          active = false;
          emit({ type: 'turn_end', outcome: 'succeeded' });
          return;
        case 'turn.failed': {
          const message = failureMessage(asText(asRecord(record.error)?.message), 'the turn failed');
          openTools.clear();
          active = false;
          emit({ type: 'turn_end', outcome: 'failed', class: classifyMessage(message), message });
          return;
        }
        case 'error': {
          // Not terminal: `turn.failed` follows where it was.
          const message = failureMessage(asText(record.message), 'codex reports an error');
          if (/^reconnecting/i.test(message)) {
            active = false;
            emit({ type: 'retrying', class: classifyMessage(message), message, delay_ms: null });
          } else {
            emit({ type: 'warning', message });
          }
          return;
        }
      }
    },
  };
}

/** Of the whole thread, across resumes; a cost is not told. */
function readUsage(value: unknown, emit: Emit): void {
  const usage = asRecord(value);
  if (usage === null) return;
  emit({
    type: 'usage',
    totals: ['tokens'],
    usage: {
      input_tokens: asNumber(usage.input_tokens),
      output_tokens: asNumber(usage.output_tokens),
      cached_input_tokens: asNumber(usage.cached_input_tokens),
      cost_usd: null,
    },
  });
}

type Tool = { name: string; input: unknown; isError: boolean; output: string };

function readTool(type: string, item: JsonRecord): Tool | null {
  const isError = item.status === 'failed' || item.status === 'declined';
  switch (type) {
    case 'command_execution':
      return {
        name: type,
        input: { command: item.command },
        isError,
        output: asText(item.aggregated_output) ?? '',
      };
    case 'file_change':
      return { name: type, input: { changes: item.changes }, isError, output: '' };
    case 'mcp_tool_call': {
      const name = [asText(item.server), asText(item.tool)].filter((part) => part !== null).join('.');
      const error = asText(asRecord(item.error)?.message);
      const output = error ?? contentText(asRecord(item.result)?.content);
      return {
        name: name === '' ? type : name,
        input: item.arguments,
        isError: isError || error !== null,
        output,
      };
    }
    case 'collab_tool_call':
      return { name: asText(item.tool) ?? type, input: { prompt: item.prompt }, isError, output: '' };
    case 'web_search':
      return { name: type, input: { query: item.query }, isError, output: '' };
    default:
      return null;
  }
}
