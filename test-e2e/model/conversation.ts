export type Agent = 'claude' | 'codex' | 'pi';

/**
 * One piece of a conversation. `user` is what was typed; `context` is what the agent's harness adds around it
 * (environment, reminders) in the same role.
 */
export interface Message {
  role: 'system' | 'context' | 'user' | 'assistant' | 'tool_call' | 'tool_result';
  text: string;
  /** The agent's name of the tool, on a call. */
  tool?: string;
  callId?: string;
}

/** A request as both protocols tell it. */
export interface Conversation {
  agent: Agent;
  /** claude's session id, codex's thread id; '' for pi, which tells the provider none. */
  session: string;
  model: string;
  /** Names of the tools on offer; none in a side request (titles, summaries). */
  tools: string[];
  /** The working directory that the agent told the model last; '' if it told none. */
  cwd: string;
  messages: Message[];
}

/** `[[script:NAME tag]]`: which script answers, and a tag that tells tasks with the same script apart. */
export interface Marker {
  script: string;
  tag: string;
}

/** Where a conversation stands in its script. */
export interface Position {
  marker: Marker;
  /** Answers of the model since the prompt that carries the marker. */
  step: number;
}

const markerPattern = /\[\[script:([\w.-]+)(?: ([^\]]+))?\]\]/g;

/** Puts a marker into a prompt. */
export function marked(script: string, tag = ''): string {
  return `[[script:${script}${tag && ` ${tag}`}]]`;
}

/** The position of a conversation by its newest marked prompt; undefined if no prompt carries a marker. */
export function positionOf(conversation: Conversation): Position | undefined {
  const { messages } = conversation;
  const at = messages.findLastIndex(({ role, text }) => role === 'user' && text.match(markerPattern));
  const last = [...(messages[at]?.text ?? '').matchAll(markerPattern)].at(-1);
  if (!last) return undefined;
  return {
    marker: { script: last[1] ?? '', tag: last[2] ?? '' },
    step: answersIn(messages.slice(at + 1).filter((message) => !isNoAnswer(message))),
  };
}

/** An answer is an unbroken run of what the model says and calls; calls in parallel belong to one answer. */
function answersIn(messages: Message[]): number {
  let answers = 0;
  let inAnswer = false;
  for (const { role } of messages) {
    const ofModel = role === 'assistant' || role === 'tool_call';
    if (ofModel && !inAnswer) answers += 1;
    inAnswer = ofModel;
  }
  return answers;
}

/**
 * What stands in the model's name but was not answered by a script: claude 2.1.328's filler in a resumed session
 * that had no answer yet, and the polls by which codex waits for a long command.
 */
function isNoAnswer(message: Message): boolean {
  if (message.role === 'assistant') return message.text === 'No response requested.';
  return message.callId?.startsWith(pollPrefix) ?? false;
}

/** Beginning of the call ids of polls, and with them of their results. */
export const pollPrefix = 'call_poll_';

/** What was typed by the user, in order. */
export function userTexts(conversation: Conversation): string[] {
  return conversation.messages.filter(({ role }) => role === 'user').map(({ text }) => text);
}

/** What the tools answered, in order. */
export function toolResults(conversation: Conversation): string[] {
  return conversation.messages.filter(({ role }) => role === 'tool_result').map(({ text }) => text);
}
