import type { IncomingHttpHeaders } from 'node:http';
import type { Conversation } from './conversation.ts';
import type { CutShort, FailureName, ToolCall, Usage } from './step.ts';

/** A failure as one HTTP answer: a JSON body, or `stream` with the events of a stream that fails. */
export interface ErrorAnswer {
  status: number;
  body?: unknown;
  stream?: string;
  headers?: Record<string, string>;
}

/** One provider's dialect: how a request is read, and the pieces of the event stream that answers it. */
export interface Protocol {
  read(headers: IncomingHttpHeaders, body: unknown): Conversation;
  start(conversation: Conversation, usage: Usage): Iterable<string>;
  thinking(index: number, words: string): Iterable<string>;
  textStart(index: number): Iterable<string>;
  textDelta(index: number, delta: string): Iterable<string>;
  textEnd(index: number, whole: string): Iterable<string>;
  toolCall(index: number, call: ToolCall, conversation: Conversation): Iterable<string>;
  end(outcome: { calledTools: boolean; usage: Usage; cutShort?: CutShort | undefined }): Iterable<string>;
  failure(name: FailureName): ErrorAnswer;
  /** The call that goes on waiting for a command that the agent left running, if the last result is of that kind. */
  pollFor(conversation: Conversation): ToolCall | undefined;
}
