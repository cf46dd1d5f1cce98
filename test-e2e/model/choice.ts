import type { Conversation, Marker } from './conversation.ts';
import { positionOf } from './conversation.ts';
import type { Protocol } from './protocol.ts';
import type { Script } from './script.ts';
import { stepOf } from './script.ts';
import type { Step } from './step.ts';
import { httpError, text } from './step.ts';

/** What a request gets, and by which script. */
export interface Choice {
  answer: Step;
  /** A `side` request offers no tools (a title, a summary); a `poll` goes on waiting for codex's running command. */
  kind: Step['kind'] | 'side' | 'unmarked' | 'poll' | 'no_such_script';
  /** Of the newest marked prompt; undefined in side and unmarked requests. */
  marker?: Marker;
  step?: number;
}

type Past = Conversation & Omit<Choice, 'answer'>;

/**
 * Chooses the answer from the conversation alone, so that retries and resumes find the same step in whatever order
 * they come. Past requests only tell a script how often it served this step to this session.
 */
export function choose({
  conversation,
  protocol,
  scripts,
  past,
}: {
  conversation: Conversation;
  protocol: Protocol;
  scripts: ReadonlyMap<string, Script>;
  past: readonly Past[];
}): Choice {
  if (conversation.tools.length === 0) return { answer: text('A short answer.'), kind: 'side' };
  const position = positionOf(conversation);
  if (!position) return { answer: text('An unscripted answer.'), kind: 'unmarked' };
  const poll = protocol.pollFor(conversation);
  if (poll) return { answer: { kind: 'tools', calls: [poll] }, kind: 'poll', ...position };
  const { marker, step } = position;
  const script = scripts.get(marker.script);
  if (!script) {
    const message = `no script is named ${marker.script}`;
    const body = { type: 'error', error: { type: 'invalid_request_error', message } };
    return { answer: httpError(400, body), kind: 'no_such_script', ...position };
  }
  const servedBefore = past.filter((one) => isSame(one, conversation.session, position)).length;
  const answer = stepOf(script, { conversation, step, servedBefore });
  return { answer, kind: answer.kind, marker, step };
}

function isSame(past: Past, session: string, { marker, step }: { marker: Marker; step: number }): boolean {
  return (
    past.kind !== 'poll' &&
    past.session === session &&
    past.step === step &&
    past.marker?.script === marker.script &&
    past.marker.tag === marker.tag
  );
}
