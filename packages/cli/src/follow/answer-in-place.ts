import { RefusedError } from '@dispatch/core';
import type { Outcome, PendingQuestion } from '@dispatch/runtime';
import type { Context } from '../context.ts';
import { largestTextBytes, textOf } from '../input/text-file.ts';
import type { Library } from '../library.ts';
import type { Page } from '../output/output.ts';
import { questionLines } from '../print/question.ts';
import { startedLines } from '../print/started.ts';
import { wrap } from '../print/wrap.ts';
import type { Stop } from './until-stopped.ts';

/** What became of a question that was put at the terminal; `left`: it stays open. */
export type InPlace = 'answered' | 'answered_elsewhere' | 'replaced' | 'over' | 'left' | 'stopped';

const advice = 'Enter sends it. A line that ends in \\ goes on. Empty: the question stays open.';

/**
 * Puts a worker's question at the terminal, unless it is answered elsewhere first. Where nobody waits for the answer, the
 * task is resumed with it.
 */
export async function answerInPlace(
  context: Context,
  library: Library,
  {
    id,
    question,
    stop,
    title = () => [],
  }: {
    id: string;
    question: PendingQuestion;
    stop: Pick<Stop, 'signal'>;
    /** Where it is not plain which task asks. */
    title?: (page: Page) => string[];
  },
): Promise<InPlace> {
  const { output, outside } = context;
  const { runtime, dispatcher } = library;
  output.text((page) => [
    '',
    ...title(page),
    ...questionLines(question, page),
    ...wrap(advice, page.width).map(page.style.dim),
  ]);
  const over = new AbortController();
  const end = (): void => over.abort();
  stop.signal.addEventListener('abort', end);
  if (stop.signal.aborted) end();
  const elsewhere = runtime.untilAnswered(dispatcher, id, { question, signal: over.signal });
  void elsewhere.then(end, end);
  try {
    const typed = await outside.readAnswer('Answer: ', over.signal);
    end();
    if (typed.kind !== 'text') output.text(() => ['']);
    if (typed.kind === 'withdrawn') return withdrawn(context, await elsewhere, typed.begun);
    if (typed.kind === 'ended' || typed.text.trim() === '') return 'left';
    return await send(context, library, id, question, typed.text);
  } finally {
    stop.signal.removeEventListener('abort', end);
    end();
  }
}

const told: Readonly<Record<Outcome, string>> = {
  answered: 'Answered elsewhere',
  replaced: 'The worker asks something else',
  over: 'The task is over, and needs no answer',
};

function withdrawn({ output }: Context, outcome: Outcome | null, begun: boolean): InPlace {
  if (outcome === null) return 'stopped';
  output.text(({ style }) => [style.dim(`${told[outcome]}${begun ? '; what you typed was not sent' : ''}.`)]);
  return outcome === 'answered' ? 'answered_elsewhere' : outcome;
}

async function send(
  { output, root }: Context,
  { runtime, dispatcher }: Library,
  id: string,
  question: PendingQuestion,
  text: string,
): Promise<InPlace> {
  const { sequence } = question;
  const asked = runtime.questionsOf(dispatcher, id)[0]?.questions ?? [];
  const other = asked.find((one) => one.sequence === sequence && !runtime.isSameQuestion(one, question));
  if (other !== undefined) {
    output.text(({ style }) => [style.dim(`${told.replaced}; what you typed was not sent.`)]);
    return 'replaced';
  }
  const message = textOf(Buffer.from(text).subarray(0, largestTextBytes + 1), 'the answer');
  try {
    runtime.answerQuestion(dispatcher, id, { message, question: sequence });
  } catch (error) {
    if (!(error instanceof RefusedError && error.code === 'already_answered')) throw error;
    output.text(({ style }) => [style.dim('Answered elsewhere; what you typed was not sent.')]);
    return 'answered_elsewhere';
  }
  const resumed = await runtime.resumeWhereNobodyWaits(dispatcher, id);
  if (resumed !== null) output.text((page) => startedLines(resumed, page, { root, follows: true }));
  return 'answered';
}
