/** One call of a tool, in words that every agent's own tools can express. */
export type ToolCall =
  | { tool: 'shell'; command: string; background: boolean }
  | { tool: 'read'; path: string }
  | { tool: 'write'; path: string; content: string }
  | { tool: 'edit'; path: string; before: string; after: string }
  | { tool: 'named'; name: string; input: unknown };

/** The ways a provider refuses or breaks, each in the form that it takes for the agent that asks. */
export type FailureName =
  | 'unauthorized'
  | 'forbidden'
  | 'rate_limited'
  | 'overloaded'
  | 'server_error'
  | 'context_too_long'
  | 'quota'
  | 'usage_limit'
  | 'unknown_model';

export interface Usage {
  /** What was read anew. */
  input: number;
  output: number;
  /** What was read from the provider's cache. */
  cached?: number;
}

/** Why an answer ends before it is whole. */
export type CutShort = 'length' | 'refusal';

/** What the model does in answer to one request. */
export type Step =
  | { kind: 'text'; text: string; thinking?: string; usage?: Usage; cutShort?: CutShort }
  | { kind: 'tools'; calls: ToolCall[]; saying?: string; thinking?: string; usage?: Usage }
  | { kind: 'trickle'; deltas: string[]; everyMs: number; usage?: Usage }
  | { kind: 'failure'; failure: FailureName; retryAfterSeconds?: number }
  | { kind: 'http'; status: number; body: unknown; headers: Record<string, string> }
  | { kind: 'silence'; gate?: string; then: Step }
  | { kind: 'hang_up'; after: string };

/** The kinds of a step that answer at once, once its gate has opened. */
export type AnswerStep = Exclude<Step, { kind: 'silence' }>;

interface Manner {
  /** Text beside the tool call in the same answer. */
  saying?: string;
  thinking?: string;
  usage?: Usage;
}

/** Answers with a text, which ends the agent's turn; `cutShort` is known to Anthropic's protocol only. */
export function text(words: string, manner: Omit<Manner, 'saying'> & { cutShort?: CutShort } = {}): Step {
  return { kind: 'text', text: words, ...manner };
}

/** Runs a shell command. With `background` claude starts it in the background; codex has no such flag and adds ` &`. */
export function shell(command: string, manner: Manner & { background?: boolean } = {}): Step {
  const { background = false, ...rest } = manner;
  return { kind: 'tools', calls: [{ tool: 'shell', command, background }], ...rest };
}

/** Reads a file. claude must have read an existing file before it may write or edit it. */
export function read(path: string, manner: Manner = {}): Step {
  return { kind: 'tools', calls: [{ tool: 'read', path }], ...manner };
}

/** Writes a whole file, named from the agent's working directory or absolutely. */
export function write(path: string, content: string, manner: Manner = {}): Step {
  return { kind: 'tools', calls: [{ tool: 'write', path, content }], ...manner };
}

/** Replaces whole lines of a file: `before` and `after` are lines, as codex's patches know nothing smaller. */
export function edit(path: string, before: string, after: string, manner: Manner = {}): Step {
  return { kind: 'tools', calls: [{ tool: 'edit', path, before, after }], ...manner };
}

/** Calls a tool by the agent's own name for it, with the agent's own input. */
export function callTool(name: string, input: unknown, manner: Manner = {}): Step {
  return { kind: 'tools', calls: [{ tool: 'named', name, input }], ...manner };
}

/** Several tool calls in one answer. */
export function together(...steps: Step[]): Step {
  const calls = steps.flatMap((step) => {
    if (step.kind !== 'tools') throw new Error(`together() takes tool calls, not ${step.kind}`);
    return step.calls;
  });
  return { kind: 'tools', calls };
}

/** Streams a text slowly, `size` characters (default 5) every `everyMs` milliseconds (default 50). */
export function trickle(words: string, { everyMs = 50, size = 5 } = {}): Step {
  const deltas: string[] = [];
  for (let at = 0; at < words.length; at += size) deltas.push(words.slice(at, at + size));
  return { kind: 'trickle', deltas, everyMs };
}

/** Fails as the provider does; `retryAfterSeconds` becomes the `retry-after` header. */
export function failure(name: FailureName, { retryAfterSeconds }: { retryAfterSeconds?: number } = {}): Step {
  return {
    kind: 'failure',
    failure: name,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

/** Answers with exactly this HTTP status and JSON body. */
export function httpError(status: number, body: unknown, headers: Record<string, string> = {}): Step {
  return { kind: 'http', status, body, headers };
}

/**
 * Takes the request and does not answer before `server.release(gate)`; then answers with `then`.
 * The gate's name is the script's unless given. A gate once released stays open.
 */
export function silence({ gate, then = text('released') }: { gate?: string; then?: Step } = {}): Step {
  return { kind: 'silence', then, ...(gate === undefined ? {} : { gate }) };
}

/** Breaks the connection, after a part of an answer if `after` is given. */
export function hangUp({ after = '' }: { after?: string } = {}): Step {
  return { kind: 'hang_up', after };
}
