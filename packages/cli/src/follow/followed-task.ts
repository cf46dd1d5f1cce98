import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskView, TranscriptReading, Waited } from '@dispatch/runtime';
import type { Context } from '../context.ts';
import type { Library } from '../library.ts';
import type { Moment } from '../print/live.ts';
import { transcriptLines } from '../print/transcript.ts';
import type { LiveView } from './live-view.ts';
import { TaskMoment } from './task-moment.ts';
import type { Stop } from './until-stopped.ts';

/** A task whose transcript is shown from attempt to attempt; it can be left at a question and gone on with. */
export class FollowedTask {
  readonly #context: Context;
  readonly #library: Library;
  readonly #id: string;
  readonly #journal: ReturnType<Library['dispatcher']['store']['journal']>;
  /** The attempt that is shown, or whose beginning is waited for. */
  #attempt: number;
  #reading: TranscriptReading | null = null;
  readonly #moment: TaskMoment;

  constructor(context: Context, library: Library, started: TaskView) {
    this.#context = context;
    this.#library = library;
    this.#id = started.id;
    this.#journal = library.dispatcher.store.journal(started.id);
    this.#moment = new TaskMoment(library, started.id);
    this.#attempt = Math.max(0, started.attempts.length - 1);
  }

  /** For the line below the transcript. */
  moment(): Moment | null {
    return this.#moment.of(this.#attempt, this.#reading);
  }

  /** Shows what comes until nothing more happens by itself: the task is terminal or awaits the user. */
  async showUntilSettled(view: LiveView, stop: Stop): Promise<TaskView> {
    const { runtime, dispatcher } = this.#library;
    const { output } = this.#context;
    // Ends the transcript, too: an attempt may live on while its question waits.
    const over = new AbortController();
    let settled: Waited | null = null;
    const waiting = runtime
      .waitForTasks(dispatcher, [this.#id], { any: false, timeoutMs: null, signal: stop.signal })
      .then((waited) => (settled = waited))
      .finally(() => over.abort());
    const attempts = (): number =>
      settled?.tasks[0]?.attempts.length ?? this.#journal.refresh().task?.attempts.length ?? 0;
    for (;;) {
      while (attempts() <= this.#attempt && !over.signal.aborted) await sleep(50);
      if (attempts() <= this.#attempt || stop.signal.aborted) break;
      this.#reading ??= runtime.openTranscript(dispatcher, this.#id, { attempt: this.#attempt });
      for await (const event of this.#reading.follow(over.signal)) {
        output.item(event, (page) => transcriptLines(event, page));
        view.refresh();
      }
      if (!this.#reading.ended) break;
      this.#attempt += 1;
      this.#reading = null;
    }
    const { tasks } = await waiting;
    return tasks[0]!;
  }
}
