import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Conversation } from './conversation.ts';
import type { Gates } from './gates.ts';
import type { ErrorAnswer, Protocol } from './protocol.ts';
import type { AnswerStep, Step, Usage } from './step.ts';

interface Answer {
  step: Step;
  protocol: Protocol;
  conversation: Conversation;
  response: ServerResponse;
  gates: Gates;
  /** Where a silence waits that names no gate of its own. */
  gate: string;
}

/** Plays one step as the HTTP answer to one request. Ends early when the agent goes away. */
export async function perform({ step, gates, gate, ...rest }: Answer): Promise<void> {
  let current = step;
  while (current.kind === 'silence') {
    await gates.passed(current.gate ?? gate);
    current = current.then;
  }
  if (!rest.response.destroyed) await play({ step: current, ...rest });
}

interface Play extends Omit<Answer, 'step' | 'gates' | 'gate'> {
  step: AnswerStep;
}

async function play({ step, protocol, conversation, response }: Play): Promise<void> {
  switch (step.kind) {
    case 'failure': {
      const retry = step.retryAfterSeconds;
      const headers = retry === undefined ? {} : { 'retry-after': String(retry) };
      return refuse(response, { ...protocol.failure(step.failure), headers });
    }
    case 'http':
      return refuse(response, step);
    case 'hang_up':
      if (step.after === '') response.destroy();
      else await stream(response, partial(protocol, conversation, step.after), () => response.destroy());
      return;
    case 'text':
    case 'tools':
    case 'trickle':
      return stream(response, whole(protocol, conversation, step), () => response.end());
  }
}

function refuse(response: ServerResponse, { status, body, stream: events, headers = {} }: ErrorAnswer): void {
  const type = events === undefined ? 'application/json' : 'text/event-stream';
  response.writeHead(status, { 'content-type': type, ...headers }).end(events ?? JSON.stringify(body));
}

/** A piece of the event stream, or a number of milliseconds to wait. */
type Piece = string | number;

async function stream(response: ServerResponse, pieces: Iterable<Piece>, end: () => void): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  for (const piece of pieces) {
    if (response.destroyed) return;
    if (typeof piece === 'number') await sleep(piece);
    else await new Promise<void>((resolve) => response.write(piece, () => resolve()));
  }
  end();
}

const ordinaryUsage: Usage = { input: 100, output: 20 };

function* whole(
  protocol: Protocol,
  conversation: Conversation,
  step: Extract<Step, { kind: 'text' | 'tools' | 'trickle' }>,
): Generator<Piece> {
  const usage = step.usage ?? ordinaryUsage;
  let index = 0;
  yield* protocol.start(conversation, usage);
  if (step.kind !== 'trickle' && step.thinking !== undefined)
    yield* protocol.thinking(index++, step.thinking);
  if (step.kind === 'trickle') yield* textOf(protocol, index++, step.deltas, step.everyMs);
  const words = step.kind === 'text' ? step.text : step.kind === 'tools' ? step.saying : undefined;
  if (words !== undefined) yield* textOf(protocol, index++, [words], 0);
  const calls = step.kind === 'tools' ? step.calls : [];
  for (const call of calls) yield* protocol.toolCall(index++, call, conversation);
  const cutShort = step.kind === 'text' ? step.cutShort : undefined;
  yield* protocol.end({ calledTools: calls.length > 0, usage, cutShort });
}

function* partial(protocol: Protocol, conversation: Conversation, words: string): Generator<Piece> {
  yield* protocol.start(conversation, ordinaryUsage);
  yield* protocol.textStart(0);
  yield* protocol.textDelta(0, words);
}

function* textOf(protocol: Protocol, index: number, deltas: string[], everyMs: number): Generator<Piece> {
  yield* protocol.textStart(index);
  for (const delta of deltas) {
    yield* protocol.textDelta(index, delta);
    if (everyMs > 0) yield everyMs;
  }
  yield* protocol.textEnd(index, deltas.join(''));
}
