import type { PendingQuestion, PlacedEvent, TranscriptReading } from '@dispatch/runtime';
import type { Context } from '../context.ts';
import type { Library } from '../library.ts';
import { transcriptLines } from '../print/transcript.ts';
import { answerInPlace } from './answer-in-place.ts';
import { openLiveView } from './live-view.ts';
import { TaskMoment } from './task-moment.ts';
import type { Stop } from './until-stopped.ts';

/**
 * Shows what an attempt says until it ends; with `asks`, a question that it puts meanwhile is put here. Returns the
 * position of the last step; null where there was none.
 */
export async function followAttempt(
  context: Context,
  library: Library,
  options: { id: string; attempt: number; asks: boolean; stop: Stop },
): Promise<string | null> {
  const { output } = context;
  const { runtime, dispatcher } = library;
  const { id, attempt, asks, stop } = options;
  const reading = runtime.openTranscript(dispatcher, id, { attempt });
  const moment = new TaskMoment(library, id);
  const view = openLiveView(context, runtime, () => (reading.ended ? null : moment.of(attempt, reading)));
  let position: string | null = null;
  const passed: PendingQuestion[] = [];
  try {
    while (!reading.ended && !stop.signal.aborted) {
      const question = await untilAskedOrEnded(library, { id, reading, passed, asks, stop }, (event) => {
        output.item(event, (page) => transcriptLines(event, page));
        position = event.at;
        view.refresh();
      });
      if (question === null) continue;
      passed.push(question);
      await view.aside(() => answerInPlace(context, library, { id, question, stop }));
    }
  } finally {
    view.close();
  }
  return position;
}

/** Shows the transcript until the attempt ends (null) or has a question that was not passed. */
async function untilAskedOrEnded(
  { runtime, dispatcher }: Library,
  options: {
    id: string;
    reading: TranscriptReading;
    passed: readonly PendingQuestion[];
    asks: boolean;
    stop: Stop;
  },
  show: (event: PlacedEvent) => void,
): Promise<PendingQuestion | null> {
  const { id, reading, passed, asks, stop } = options;
  const { attempt } = reading;
  const over = new AbortController();
  const signal = AbortSignal.any([stop.signal, over.signal]);
  const end = (): void => over.abort();
  const asked = asks
    ? runtime.untilAsked(dispatcher, id, { attempt, passed, signal })
    : Promise.resolve(null);
  // Where the attempt is over the transcript ends by itself, once it is read.
  void asked.then((question) => question !== null && end(), end);
  try {
    for await (const event of reading.follow(signal)) show(event);
  } finally {
    end();
  }
  return reading.ended ? null : await asked;
}
