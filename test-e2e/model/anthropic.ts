import { randomUUID } from 'node:crypto';
import { isAbsolute, join } from 'node:path';
import type { Conversation, Message } from './conversation.ts';
import { contextPattern } from './context.ts';
import type { ErrorAnswer, Protocol } from './protocol.ts';
import type { FailureName, ToolCall, Usage } from './step.ts';

interface Block {
  type: string;
  text?: string;
  id?: string;
  name?: string;
  input?: unknown;
  tool_use_id?: string;
  content?: string | Block[];
}

interface Body {
  model: string;
  system?: string | Block[];
  messages: { role: string; content: string | Block[] }[];
  tools?: { name: string }[];
}

/** Anthropic's Messages API, as claude 2.1.328 and pi 0.73.1 and 0.87.1 speak it. */
export const anthropic: Protocol = {
  read(headers, body) {
    const { model, system, messages, tools = [] } = body as Body;
    const told = messages.flatMap(readMessage);
    const session = headers['x-claude-code-session-id'];
    return {
      agent: session === undefined ? 'pi' : 'claude',
      session: String(session ?? ''),
      model,
      tools: tools.map(({ name }) => name),
      cwd: session === undefined ? cwdOfPi(plain(system)) : cwdIn(told),
      messages: told,
    } satisfies Conversation;
  },

  *start({ model }, { input, cached = 0 }: Usage) {
    yield event({
      type: 'message_start',
      message: {
        id: `msg_${randomUUID().replaceAll('-', '')}`,
        type: 'message',
        role: 'assistant',
        model,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: {
          input_tokens: input,
          output_tokens: 1,
          cache_read_input_tokens: cached,
          cache_creation_input_tokens: 0,
        },
      },
    });
  },

  thinking(index, words) {
    return block(index, { type: 'thinking', thinking: '', signature: '' }, [
      { type: 'thinking_delta', thinking: words },
      { type: 'signature_delta', signature: 'c2lnbmVk' },
    ]);
  },

  *textStart(index) {
    yield event({ type: 'content_block_start', index, content_block: { type: 'text', text: '' } });
  },
  *textDelta(index, delta) {
    yield event({ type: 'content_block_delta', index, delta: { type: 'text_delta', text: delta } });
  },
  *textEnd(index) {
    yield event({ type: 'content_block_stop', index });
  },

  toolCall(index, call, conversation) {
    const { name, input } = (conversation.agent === 'pi' ? callOfPi : callOfClaude)(call, conversation);
    const id = `toolu_${randomUUID().replaceAll('-', '').slice(0, 24)}`;
    return block(index, { type: 'tool_use', id, name, input: {} }, [
      { type: 'input_json_delta', partial_json: JSON.stringify(input) },
    ]);
  },

  *end({ calledTools, usage, cutShort }) {
    const cut = cutShort === undefined ? undefined : { length: 'max_tokens', refusal: 'refusal' }[cutShort];
    const stop_reason = cut ?? (calledTools ? 'tool_use' : 'end_turn');
    yield event({
      type: 'message_delta',
      delta: { stop_reason, stop_sequence: null },
      usage: { output_tokens: usage.output },
    });
    yield event({ type: 'message_stop' });
  },

  failure: (name) => failures[name],

  pollFor: () => undefined,
};

function event(data: { type: string; [field: string]: unknown }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

function* block(index: number, content_block: object, deltas: object[]): Generator<string> {
  yield event({ type: 'content_block_start', index, content_block });
  for (const delta of deltas) yield event({ type: 'content_block_delta', index, delta });
  yield event({ type: 'content_block_stop', index });
}

function readMessage({ role, content }: Body['messages'][number]): Message[] {
  const blocks: Block[] = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  return blocks.flatMap((one) => readBlock(role, one));
}

// A message that is typed while the agent works comes in the role `system`, with a remark after it (seen in 2.1.328).
const steerPattern =
  /^The user sent a new message while you were working:\s*([^]*?)\s*(?:This is how Claude Code surfaces [^]*)?$/;

function readBlock(role: string, one: Block): Message[] {
  if (one.type === 'tool_use') {
    return [
      { role: 'tool_call', text: JSON.stringify(one.input), tool: one.name ?? '', callId: one.id ?? '' },
    ];
  }
  if (one.type === 'tool_result') {
    return [{ role: 'tool_result', text: plain(one.content), callId: one.tool_use_id ?? '' }];
  }
  if (one.type !== 'text') return [];
  const text = one.text ?? '';
  if (role === 'assistant') return [{ role, text }];
  if (role === 'system') {
    const steer = steerPattern.exec(text)?.[1];
    return [steer === undefined ? { role, text } : { role: 'user', text: steer }];
  }
  return [{ role: contextPattern.test(text) ? 'context' : 'user', text }];
}

function plain(content: string | Block[] | undefined): string {
  if (content === undefined || typeof content === 'string') return content ?? '';
  return content.map(({ text = '' }) => text).join('');
}

function cwdIn(messages: Message[]): string {
  const told = messages.filter(({ role }) => role === 'system' || role === 'context');
  const found = told.map(({ text }) => /Primary working directory: (.+)/.exec(text)?.[1]);
  return found.findLast((cwd) => cwd !== undefined) ?? '';
}

function callOfClaude(call: ToolCall, { cwd }: Conversation): { name: string; input: unknown } {
  const file = (path: string) => (isAbsolute(path) ? path : join(cwd, path));
  switch (call.tool) {
    case 'shell': {
      const background = call.background ? { run_in_background: true } : {};
      return {
        name: 'Bash',
        input: { command: call.command, description: 'A scripted command', ...background },
      };
    }
    case 'read':
      return { name: 'Read', input: { file_path: file(call.path) } };
    case 'write':
      return { name: 'Write', input: { file_path: file(call.path), content: call.content } };
    case 'edit':
      return {
        name: 'Edit',
        input: { file_path: file(call.path), old_string: call.before, new_string: call.after },
      };
    case 'named':
      return { name: call.name, input: call.input };
  }
}

/** The last line of its system prompt (0.73.1), or a section of it (0.87.1). */
function cwdOfPi(system: string): string {
  return /(?:Current working directory: |<cwd>\n)(.+)/.exec(system)?.[1] ?? '';
}

/** pi takes paths from its working directory as well. */
function callOfPi(call: ToolCall): { name: string; input: unknown } {
  switch (call.tool) {
    case 'shell':
      return { name: 'bash', input: { command: call.background ? `${call.command} &` : call.command } };
    case 'read':
      return { name: 'read', input: { path: call.path } };
    case 'write':
      return { name: 'write', input: { path: call.path, content: call.content } };
    case 'edit': {
      const edits = [{ oldText: call.before, newText: call.after }];
      return { name: 'edit', input: { path: call.path, edits } };
    }
    case 'named':
      return { name: call.name, input: call.input };
  }
}

function refusal(status: number, type: string, message: string): ErrorAnswer {
  return { status, body: { type: 'error', error: { type, message } } };
}

const failures: Record<FailureName, ErrorAnswer> = {
  unauthorized: refusal(401, 'authentication_error', 'invalid x-api-key'),
  forbidden: refusal(403, 'permission_error', 'This key may not use that model.'),
  rate_limited: refusal(429, 'rate_limit_error', 'This request would exceed the rate limit.'),
  overloaded: refusal(529, 'overloaded_error', 'Overloaded'),
  server_error: refusal(500, 'api_error', 'Internal server error'),
  context_too_long: refusal(
    400,
    'invalid_request_error',
    'prompt is too long: 210000 tokens > 200000 maximum',
  ),
  quota: refusal(400, 'invalid_request_error', 'Your credit balance is too low to access the Anthropic API.'),
  usage_limit: refusal(429, 'rate_limit_error', 'You have reached your usage limit.'),
  unknown_model: refusal(404, 'not_found_error', 'model: no-such-model'),
};
