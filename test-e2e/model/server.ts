import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { anthropic } from './anthropic.ts';
import { perform } from './answer.ts';
import type { Choice } from './choice.ts';
import { choose } from './choice.ts';
import type { Conversation } from './conversation.ts';
import { Gates } from './gates.ts';
import { openai } from './openai.ts';
import type { Protocol } from './protocol.ts';
import type { Script } from './script.ts';

/** One request of an agent and what became of it. */
export interface RecordedRequest extends Conversation, Omit<Choice, 'answer'> {
  /** Counts from 0 in order of arrival. */
  number: number;
  /** Milliseconds since the epoch. */
  at: number;
  /** `left` when the agent went away before the answer was complete. */
  outcome: 'pending' | 'answered' | 'left';
  headers: IncomingMessage['headers'];
  body: unknown;
}

export interface ModelServer {
  /** `http://127.0.0.1:PORT`, without a path. */
  url: string;
  /** Adds or replaces a script; prompts choose it by `[[script:NAME]]` or `[[script:NAME tag]]`. */
  script(name: string, script: Script): void;
  /** Opens a gate, for requests that wait at it and for those to come. */
  release(gate: string): void;
  /** Every request so far, in order. */
  requests(): RecordedRequest[];
  /** Those of a script (`NAME`, or `NAME tag` for one tag of it), without an agent's polls. */
  requestsOf(marker: string): RecordedRequest[];
  /** How often each step was served, by index: `[1, 1, 2]`; `marker` as for `requestsOf`. */
  turns(marker: string): number[];
  /** The first request, past or future, that fulfils the predicate. Throws after `timeoutMs` (default 20,000). */
  waitForRequest(
    predicate: (request: RecordedRequest) => boolean,
    timeoutMs?: number,
  ): Promise<RecordedRequest>;
  close(): Promise<void>;
}

/** Starts a model server on a free port of the loopback interface. */
export async function startModelServer(scripts: Record<string, Script> = {}): Promise<ModelServer> {
  const known = new Map(Object.entries(scripts));
  const requests: RecordedRequest[] = [];
  const gates = new Gates();
  const waiting = new Set<() => void>();

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    protocol: Protocol,
  ): Promise<void> {
    const body = JSON.parse(await bodyOf(request)) as unknown;
    const conversation = protocol.read(request.headers, body);
    const { answer: step, ...chosen } = choose({ conversation, protocol, scripts: known, past: requests });
    const record: RecordedRequest = {
      ...conversation,
      ...chosen,
      number: requests.length,
      at: Date.now(),
      outcome: 'pending',
      headers: request.headers,
      body,
    };
    requests.push(record);
    response.on('close', () => (record.outcome = response.writableFinished ? 'answered' : 'left'));
    for (const look of waiting) look();
    await perform({ step, protocol, conversation, response, gates, gate: chosen.marker?.script ?? '' });
  }

  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const protocol = request.method === 'POST' ? protocols[path] : undefined;
    if (protocol) {
      answer(request, response, protocol).catch((error: unknown) =>
        sendJson(response, 400, refusalOf(error)),
      );
    } else if (path === '/v1/messages/count_tokens') {
      sendJson(response, 200, { input_tokens: 100 });
    } else {
      sendJson(response, path === '/' ? 200 : 404, {});
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    script: (name, script) => void known.set(name, script),
    release: (gate) => gates.open(gate),
    requests: () => [...requests],
    requestsOf: (marker) => marked(requests, marker),
    turns: (marker) => countTurns(marked(requests, marker)),
    waitForRequest: (predicate, timeoutMs = 20_000) =>
      new Promise((resolve, reject) => {
        const seen = () =>
          requests.map(({ agent, kind, step }) => `${agent} ${kind} ${step ?? ''}`).join(', ');
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`no such request within ${timeoutMs} ms; seen: ${seen() || 'none'}`));
        }, timeoutMs);
        const look = () => {
          const found = requests.find(predicate);
          if (!found) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const protocols: Record<string, Protocol> = { '/v1/responses': openai, '/v1/messages': anthropic };

function marked(requests: RecordedRequest[], wanted: string): RecordedRequest[] {
  return requests.filter(({ marker, kind }) => {
    if (!marker || kind === 'poll') return false;
    return wanted === marker.script || wanted === `${marker.script} ${marker.tag}`;
  });
}

function countTurns(requests: RecordedRequest[]): number[] {
  const counts: number[] = [];
  for (const { step } of requests) {
    if (step === undefined) continue;
    while (counts.length <= step) counts.push(0);
    counts[step] = (counts[step] ?? 0) + 1;
  }
  return counts;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function refusalOf(error: unknown): object {
  const message = `model server: ${error instanceof Error ? error.message : String(error)}`;
  return { type: 'error', error: { type: 'invalid_request_error', message } };
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
