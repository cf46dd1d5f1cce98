import { closeSync, constants, fstatSync, readSync } from 'node:fs';
import {
  elapsedMs,
  isMissing,
  livingAttempt,
  openRegular,
  type Attempt,
  type Journal,
  type Task,
  type Usage,
} from '@dispatch/core';
import { emptySummary, findBackend, summarise, type TranscriptEvent } from '@dispatch/backends';
import { usageOf } from '../act/ended.ts';
import { FolderWait } from './until.ts';

/** One step of a transcript with where it stands: `attempt:byte-offset`. */
export type PlacedEvent = TranscriptEvent & { at: string };

/** What an attempt has shown of itself so far. */
export interface Progress {
  /** As far as the agent tells it before it ends. */
  usage: Usage | null;
  /** Calls that have no result yet, the oldest first. */
  open_tools: readonly OpenTool[];
}

export interface OpenTool {
  name: string;
  /** When the log was last written as the call was read there: no later than that it was open. Milliseconds since 1970. */
  since_ms: number;
}

const chunkBytes = 1024 * 1024;
const lookEveryMs = 1000;

/** Reads a log from an offset on, as far as it goes now. */
export class LogCursor {
  readonly #path: string;
  readonly #buffer = Buffer.allocUnsafe(chunkBytes);
  #offset = 0;
  /** Milliseconds since 1970. */
  writtenMs = 0;

  constructor(path: string) {
    this.#path = path;
  }

  *chunks(): Generator<Buffer> {
    let fd: number;
    try {
      fd = openRegular(this.#path, constants.O_RDONLY);
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    try {
      this.writtenMs = fstatSync(fd).mtimeMs;
      for (;;) {
        const count = readSync(fd, this.#buffer, 0, chunkBytes, this.#offset);
        if (count === 0) return;
        this.#offset += count;
        yield this.#buffer.subarray(0, count);
      }
    } finally {
      closeSync(fd);
    }
  }
}

/** The transcript of one attempt, read as its log grows: each `follow` goes on where the one before has stopped. */
export class TranscriptReading {
  readonly attempt: number;
  readonly #journal: Journal;
  readonly #task: Task;
  readonly #record: Attempt;
  readonly #parser: ReturnType<typeof parserFor>;
  readonly #cursor: LogCursor;
  readonly #lookAfter: () => void;
  readonly #open = new Map<string, OpenTool>();
  #summary = emptySummary();
  #ended = false;

  /** `lookAfter` is called now and then while the log is followed: whoever follows sees to it that somebody journals the end. */
  constructor(journal: Journal, task: Task, attempt: Attempt, lookAfter: () => void) {
    this.#lookAfter = lookAfter;
    this.attempt = attempt.attempt;
    this.#journal = journal;
    this.#task = task;
    this.#record = attempt;
    this.#parser = parserFor(attempt);
    this.#cursor = new LogCursor(attempt.stdout_path);
  }

  /** Everything has been read, and nothing more will come. */
  get ended(): boolean {
    return this.#ended;
  }

  get progress(): Progress {
    const { usage } = usageOf(this.#task, { summary: this.#summary, attempt: this.#record });
    return { usage, open_tools: [...this.#open.values()] };
  }

  /** Ends when the attempt has, or once `signal` is aborted and what the log holds by then is read. */
  async *follow(signal: AbortSignal): AsyncGenerator<PlacedEvent> {
    const { outputs_dir: outputs } = this.#task.artifacts;
    const wait = new FolderWait([outputs, this.#journal.taskDir]);
    const place = placer(this.#record);
    try {
      for (let lookedMs = -lookEveryMs; !this.#ended;) {
        if (elapsedMs() - lookedMs >= lookEveryMs) {
          this.#lookAfter();
          lookedMs = elapsedMs();
        }
        const { task } = this.#journal.refresh();
        const living = task === null ? null : livingAttempt(task);
        const ended = living?.attempt !== this.attempt;
        for (const chunk of this.#cursor.chunks())
          yield* this.#parser.push(chunk).map((event) => place(this.#seen(event)));
        if (ended) {
          yield* this.#parser.end().map((event) => place(this.#seen(event)));
          this.#ended = true;
        }
        if (ended || signal.aborted) return;
        await wait.next(undefined, signal);
      }
    } finally {
      wait.close();
    }
  }

  #seen(event: TranscriptEvent): TranscriptEvent {
    this.#summary = summarise(this.#summary, event);
    if (event.type === 'tool_call')
      this.#open.set(event.id, { name: event.name, since_ms: this.#cursor.writtenMs });
    for (const id of this.#open.keys()) if (!this.#summary.open_tools.includes(id)) this.#open.delete(id);
    return event;
  }
}

/** What a check prints is shown as it is. */
export function parserFor({ kind, backend_type: type }: Attempt) {
  const backend = (kind === 'check' ? null : findBackend(type)) ?? findBackend('generic');
  if (backend === null) throw new TypeError('there is always a generic backend');
  return backend.createParser({ interest: 'everything', position: 0 });
}

export function placer(attempt: Attempt): (event: TranscriptEvent) => PlacedEvent {
  return (event) => ({ ...event, at: `${attempt.attempt}:${event.position}` });
}
