import { randomUUID } from 'node:crypto';
import { contextPattern } from './context.ts';
import type { Conversation, Message } from './conversation.ts';
import { pollPrefix } from './conversation.ts';
import type { ErrorAnswer, Protocol } from './protocol.ts';
import type { FailureName, ToolCall, Usage } from './step.ts';

interface Item {
  type: string;
  role?: string;
  content?: { type: string; text?: string }[];
  name?: string;
  arguments?: string;
  input?: string;
  call_id?: string;
  output?: string | { text?: string }[];
}

interface Body {
  model: string;
  input: Item[];
  tools?: { type: string; name?: string }[];
}

/** OpenAI's Responses API, as codex 0.169.0 speaks it with a model of the gpt-5.5 kind. */
export const openai: Protocol = {
  read(headers, body) {
    const { model, input, tools = [] } = body as Body;
    const messages = input.flatMap(readItem);
    return {
      agent: 'codex',
      session: String(headers['thread-id'] ?? headers['session-id'] ?? ''),
      model,
      tools: tools.map(({ type, name }) => name ?? type),
      cwd: cwdIn(messages),
      messages,
    } satisfies Conversation;
  },

  *start() {
    yield event({ type: 'response.created', response: { id: id('resp') } });
  },

  *thinking(index, words) {
    const item = { type: 'reasoning', id: id('rs'), summary: [{ type: 'summary_text', text: words }] };
    yield* wholeItem(index, item);
  },

  *textStart(index) {
    const item = { type: 'message', id: id('msg'), role: 'assistant', content: [], status: 'in_progress' };
    yield event({ type: 'response.output_item.added', output_index: index, item });
  },
  *textDelta(index, delta) {
    yield event({ type: 'response.output_text.delta', output_index: index, content_index: 0, delta });
  },
  *textEnd(index, whole) {
    const content = [{ type: 'output_text', text: whole, annotations: [] }];
    const item = { type: 'message', id: id('msg'), role: 'assistant', content, status: 'completed' };
    yield event({ type: 'response.output_item.done', output_index: index, item });
  },

  toolCall(index, call, conversation) {
    return wholeItem(index, nativeCall(call, conversation));
  },

  *end({ usage }) {
    yield event({ type: 'response.completed', response: { id: id('resp'), usage: usageOf(usage) } });
  },

  failure: (name) => failures[name],

  pollFor({ messages }) {
    // codex's unified exec hands a command that runs on back to the model after 30 s at most.
    const last = messages.at(-1);
    const running = last?.role === 'tool_result' && /running with session ID (\d+)/.exec(last.text);
    if (!running) return undefined;
    const input = { session_id: Number(running[1]), chars: '', yield_time_ms: 300_000 };
    return { tool: 'named', name: 'write_stdin', input };
  },
};

function event(data: { type: string; [key: string]: unknown }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

function* wholeItem(index: number, item: object): Generator<string> {
  yield event({ type: 'response.output_item.added', output_index: index, item });
  yield event({ type: 'response.output_item.done', output_index: index, item });
}

function id(kind: string): string {
  return `${kind}_${randomUUID().replaceAll('-', '')}`;
}

function usageOf({ input, output, cached = 0 }: Usage): object {
  return {
    input_tokens: input + cached,
    input_tokens_details: { cached_tokens: cached },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input + cached + output,
  };
}

function readItem(item: Item): Message[] {
  const callId = item.call_id ?? '';
  switch (item.type) {
    case 'message':
      return (item.content ?? []).map(({ text = '' }) => ({ role: roleOf(item.role, text), text }));
    case 'function_call':
    case 'custom_tool_call':
      return [{ role: 'tool_call', text: item.arguments ?? item.input ?? '', tool: item.name ?? '', callId }];
    case 'function_call_output':
    case 'custom_tool_call_output':
      return [{ role: 'tool_result', text: plain(item.output), callId }];
    default:
      return [];
  }
}

function roleOf(role: string | undefined, text: string): Message['role'] {
  if (role === 'assistant') return role;
  if (role !== 'user') return 'system';
  return contextPattern.test(text) ? 'context' : 'user';
}

function plain(output: Item['output']): string {
  if (output === undefined || typeof output === 'string') return output ?? '';
  return output.map(({ text = '' }) => text).join('');
}

function cwdIn(messages: Message[]): string {
  const told = messages
    .filter(({ role }) => role === 'context')
    .map(({ text }) => /<cwd>(.*?)<\/cwd>/.exec(text)?.[1]);
  return told.findLast((cwd) => cwd !== undefined) ?? '';
}

function nativeCall(call: ToolCall, { tools }: Conversation): object {
  const call_id = id('call');
  switch (call.tool) {
    case 'shell': {
      const command = call.background ? `${call.command} &` : call.command;
      const [name, input] = tools.includes('exec_command')
        ? ['exec_command', { cmd: command, yield_time_ms: 30_000 }]
        : ['shell', { command: ['bash', '-lc', command] }];
      return { type: 'function_call', id: id('fc'), call_id, name, arguments: JSON.stringify(input) };
    }
    case 'read':
      return nativeCall({ tool: 'shell', command: `cat -- ${quoted(call.path)}`, background: false }, {
        tools,
      } as Conversation);
    case 'write':
      return patch(call_id, [`*** Add File: ${call.path}`, ...prefixed('+', call.content)]);
    case 'edit':
      return patch(call_id, [
        `*** Update File: ${call.path}`,
        '@@',
        ...prefixed('-', call.before),
        ...prefixed('+', call.after),
      ]);
    case 'named': {
      const poll = call.name === 'write_stdin' ? { call_id: id(pollPrefix.slice(0, -1)) } : { call_id };
      return {
        type: 'function_call',
        id: id('fc'),
        ...poll,
        ...named(call.name),
        arguments: JSON.stringify(call.input),
      };
    }
  }
}

/** A tool of an MCP server, in claude's words: codex has a name space for each server, whose tools it may call unsearched. */
function named(name: string): { name: string; namespace?: string } {
  const [, namespace, tool] = /^(mcp__.+?)__(.+)$/.exec(name) ?? [];
  return namespace === undefined || tool === undefined ? { name } : { name: tool, namespace };
}

function patch(call_id: string, lines: string[]): object {
  const input = ['*** Begin Patch', ...lines, '*** End Patch', ''].join('\n');
  return { type: 'custom_tool_call', id: id('ctc'), call_id, name: 'apply_patch', input };
}

function prefixed(sign: string, words: string): string[] {
  return words
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => sign + line);
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`;
}

function refusal(status: number, code: string, message: string, more: object = {}): ErrorAnswer {
  return { status, body: { error: { type: code, code, message, ...more } } };
}

function failedStream(code: string, message: string): ErrorAnswer {
  const response = { id: id('resp'), status: 'failed', error: { code, message } };
  return { status: 200, stream: event({ type: 'response.failed', response }) };
}

const failures: Record<FailureName, ErrorAnswer> = {
  unauthorized: refusal(401, 'invalid_api_key', 'invalid x-api-key'),
  forbidden: refusal(403, 'permission_error', 'This key may not use that model.'),
  rate_limited: refusal(429, 'rate_limit_exceeded', 'Rate limit reached.'),
  overloaded: refusal(503, 'server_is_overloaded', 'The server is overloaded.'),
  server_error: refusal(500, 'server_error', 'Internal server error'),
  context_too_long: failedStream('context_length_exceeded', 'The input exceeds the context window.'),
  quota: failedStream('insufficient_quota', 'You exceeded your current quota.'),
  usage_limit: refusal(429, 'usage_limit_reached', 'The usage limit has been reached', {
    plan_type: 'plus',
    resets_at: Math.floor(Date.now() / 1000) + 3600,
  }),
  unknown_model: refusal(404, 'model_not_found', 'The model does not exist.'),
};
