import { closeSync, constants, fdatasyncSync, fstatSync, readSync, writeSync } from 'node:fs';
import type { EventDataOf, EventKind, JournalEvent, Task } from '../records/index.ts';
import { isMissing, openRegular, readFrom } from '../disk/open.ts';
import { newNonce } from '../disk/nonce.ts';
import { asStoreError } from '../disk/write.ts';
import { InternalError, RefusedError, StoreError } from '../errors.ts';
import { apply, artifactsOf, foldVersion } from '../lifecycle/apply.ts';
import { readSnapshot, writeSnapshot, type Distrust } from '../snapshot/snapshot.ts';
import { parseLine, type AnyEvent } from './lines.ts';
import { journalStart, scanLines, type JournalPosition } from './scan.ts';

/** A line of the journal is less than this, so that one write(2) puts it there whole. */
export const maxLineBytes = 4096;

export interface EventDraft<K extends EventKind = EventKind> {
  kind: K;
  message: string;
  data: EventDataOf<K>;
}

/** Any draft whose kind and data agree. */
export type AnyDraft = { [K in EventKind]: EventDraft<K> }[EventKind];

/** What a journal says now. */
export interface JournalState {
  task: Task | null;
  position: JournalPosition;
  /** The journal cannot be read past `position`: a sequence is missing and no repair names it. */
  gap: { expected: number; found: number } | null;
  invalid_lines: number;
  unterminated: boolean;
  /** A newer version changed the status in a way that this one does not understand. */
  newer_version: boolean;
  snapshot_distrust: Distrust | null;
}

const changesStatus: ReadonlySet<EventKind> = new Set([
  'created',
  'attempt_started',
  'attempt_claimed',
  'question_asked',
  'question_answered',
  'attempt_ended',
  'status_changed',
  'resume_requested',
  'pruned',
  'retrying_in_agent',
  'working_again',
]);

const mustLast: ReadonlySet<EventKind> = new Set([
  'created',
  'attempt_started',
  'session_recorded',
  'session_established',
  'session_given_up',
  'question_asked',
  'question_answered',
  'answer_taken',
  'stop_requested',
  'cancel_requested',
  'attempt_ended',
  'status_changed',
  'resume_requested',
  'repaired',
  'root_adopted',
  'pruned',
]);

export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** The bytes of one line, newline included. Throws where it would not fit. */
export function encodeEvent(draft: AnyDraft, sequence: number, nonce: string, now: Date): Buffer {
  const line = Buffer.from(
    `${JSON.stringify({
      sequence,
      timestamp: now.toISOString(),
      kind: draft.kind,
      message: draft.message,
      nonce,
      ...(changesStatus.has(draft.kind) ? { fold_version: 1 } : {}),
      data: draft.data,
    })}\n`,
  );
  if (line.length >= maxLineBytes)
    throw new StoreError(
      'event_too_long',
      `an event of kind ${draft.kind} would take ${line.length} bytes; a line of the journal holds less than ${maxLineBytes}`,
      'shorten the paths or the title',
    );
  return line;
}

/**
 * One task's journal: the compare-and-swap log that is the truth about it. Reads fold incrementally from the snapshot;
 * `commit` appends with the expected sequence and looks whether it won. No lock is held at any time.
 */
export class Journal {
  readonly taskDir: string;
  readonly #eventsFile: string;
  readonly #taskFile: string;
  readonly #clock: Clock;
  #state: JournalState | null = null;

  constructor(taskDir: string, clock: Clock = systemClock) {
    const artifacts = artifactsOf(taskDir);
    this.taskDir = taskDir;
    this.#eventsFile = artifacts.events_file;
    this.#taskFile = artifacts.task_file;
    this.#clock = clock;
  }

  /** Folds what has been appended since the last look. Throws StoreError where the journal is missing or a link. */
  refresh(): JournalState {
    const fd = this.#open(constants.O_RDONLY);
    try {
      return this.#read(fd);
    } finally {
      closeSync(fd);
    }
  }

  /** Every valid event after `position` (from the start where none is given). */
  eventsAfter(position: JournalPosition = journalStart): { events: AnyEvent[]; position: JournalPosition } {
    const fd = this.#open(constants.O_RDONLY);
    try {
      const scan = scanLines(readFrom(fd, position.bytes), position);
      const last = scan.events.at(-1);
      return {
        events: scan.events.map(({ event }) => event),
        position:
          last === undefined
            ? position
            : { sequence: last.event.sequence, nonce: last.event.nonce, bytes: last.end },
      };
    } finally {
      closeSync(fd);
    }
  }

  /**
   * Commits one event. `decide` sees the task as it is at that instant and returns the event to append, or null to
   * leave it be; it is asked again whenever another writer came first. Returns the task after the event, or null.
   *
   * Throws RefusedError `newer_version`; StoreError `journal_damaged`, `disk_full`, `commit_not_durable` (the event
   * counts, but a power cut may undo it).
   */
  commit(decide: (task: Task) => AnyDraft | null): Task | null {
    return this.#commit(decide, 'must_apply');
  }

  /** As `commit`, for what was observed: where the lifecycle has gone on without it, nothing is written. */
  record(draft: AnyDraft): Task | null {
    return this.#commit(() => draft, 'if_it_applies');
  }

  #commit(decide: (task: Task) => AnyDraft | null, rule: 'must_apply' | 'if_it_applies'): Task | null {
    const fd = this.#open(constants.O_RDWR | constants.O_APPEND);
    try {
      for (;;) {
        const state = this.#read(fd);
        const task = this.#writable(state);
        const draft = decide(task);
        if (draft === null) return null;
        const after = apply(task, this.#asEvent(draft, state.position.sequence + 1), this.taskDir);
        if (after === task) {
          if (rule === 'if_it_applies') return null;
          throw new RefusedError(
            'not_in_this_state',
            `${draft.kind} is not possible while the task is ${task.status}, ${task.reason}`,
            'run `dispatch inspect` to see where it stands',
          );
        }
        if (this.#append(fd, draft, state)) {
          this.#checkpoint(fd);
          return this.#state?.task ?? null;
        }
      }
    } finally {
      closeSync(fd);
    }
  }

  /** `doctor` only: appends the event that says which sequences are missing and where the journal goes on. */
  repairGap(): boolean {
    const fd = this.#open(constants.O_RDWR | constants.O_APPEND);
    try {
      const { gap } = this.#read(fd);
      if (gap === null) return false;
      const all = readFrom(fd, 0);
      let highest = gap.found;
      for (const text of all.toString('utf8').split('\n')) {
        const line = parseLine(Buffer.from(text));
        if (line.kind === 'event') highest = Math.max(highest, line.event.sequence);
      }
      const draft: AnyDraft = {
        kind: 'repaired',
        message: `events ${gap.expected} to ${gap.found - 1} are missing; the journal goes on with ${gap.found}`,
        data: { missing_from: gap.expected, missing_to: gap.found - 1 },
      };
      const bytes = encodeEvent(draft, highest + 1, newNonce(), this.#clock.now());
      this.#write(fd, this.#endsOpen(fd) ? Buffer.concat([Buffer.from('#\n'), bytes]) : bytes);
      fdatasyncSync(fd);
      this.#state = null;
      this.#read(fd);
      this.#checkpoint(fd);
      return true;
    } finally {
      closeSync(fd);
    }
  }

  /** Writes the snapshot anew from the journal. */
  rewriteSnapshot(): void {
    const fd = this.#open(constants.O_RDONLY);
    try {
      this.#state = null;
      this.#read(fd);
      this.#checkpoint(fd);
    } finally {
      closeSync(fd);
    }
  }

  #open(flags: number): number {
    try {
      return openRegular(this.#eventsFile, flags);
    } catch (error) {
      if (isMissing(error))
        throw new StoreError(
          'journal_missing',
          `${this.#eventsFile} is missing`,
          'the task cannot be read without it; restore it from a copy',
          { cause: error },
        );
      throw asStoreError(error, this.#eventsFile);
    }
  }

  #writable(state: JournalState): Task {
    if (state.newer_version)
      throw new RefusedError(
        'newer_version',
        `${this.taskDir} was changed by a newer dispatch in a way that this version does not understand`,
        'use the newer version for this task',
      );
    if (state.gap !== null)
      throw new StoreError(
        'journal_damaged',
        `${this.#eventsFile}: event ${state.gap.expected} is missing while ${state.gap.found} is there`,
        'run `dispatch doctor`',
      );
    if (state.task === null)
      throw new StoreError('journal_damaged', `${this.#eventsFile} does not begin with the task's creation`);
    if (state.task.pruned) throw new RefusedError('pruned', 'the task has been pruned');
    return state.task;
  }

  #asEvent(draft: AnyDraft, sequence: number): JournalEvent {
    return { ...draft, sequence, timestamp: this.#clock.now().toISOString(), nonce: '' } as JournalEvent;
  }

  #append(fd: number, draft: AnyDraft, state: JournalState): boolean {
    const sequence = state.position.sequence + 1;
    const nonce = newNonce();
    const line = encodeEvent(draft, sequence, nonce, this.#clock.now());
    // Nothing but this makes a stump harmless for ever: a torn line can then never be completed by a later one.
    const bytes = state.unterminated ? Buffer.concat([Buffer.from('#\n'), line]) : line;
    try {
      this.#write(fd, bytes);
    } catch (error) {
      if (this.#winnerOf(fd, sequence) !== nonce) throw error;
      throw this.#notDurable(sequence, error);
    }
    const won = this.#winnerOf(fd, sequence) === nonce;
    if (won && mustLast.has(draft.kind)) {
      try {
        fdatasyncSync(fd);
      } catch (error) {
        throw this.#notDurable(sequence, error);
      }
    }
    return won;
  }

  #notDurable(sequence: number, cause: unknown): StoreError {
    return new StoreError(
      'commit_not_durable',
      `event ${sequence} of ${this.#eventsFile} counts, but the disk did not confirm it`,
      'check the disk',
      { cause },
    );
  }

  /** One write(2). After a short count or an error nothing is continued: whether the line counts is read back. */
  #write(fd: number, bytes: Buffer): void {
    let written: number;
    try {
      written = writeSync(fd, bytes);
    } catch (error) {
      throw asStoreError(error, this.#eventsFile);
    }
    if (written !== bytes.length)
      throw new StoreError(
        'disk_full',
        `${this.#eventsFile} took ${written} of ${bytes.length} bytes; the event does not count`,
        'free some space and try again',
      );
  }

  #winnerOf(fd: number, sequence: number): string | null {
    const state = this.#state;
    if (state === null) throw new InternalError('the journal was not read before a commit');
    const scan = scanLines(readFrom(fd, state.position.bytes), state.position);
    return scan.events.find(({ event }) => event.sequence === sequence)?.event.nonce ?? null;
  }

  #checkpoint(fd: number): void {
    for (let round = 0; round < 3; round += 1) {
      const state = this.#read(fd);
      if (state.task === null || state.gap !== null || state.newer_version) return;
      try {
        writeSnapshot({ task: state.task, position: state.position });
      } catch {
        // A snapshot is a cache: what was committed is committed, and readers fold the journal's tail.
        return;
      }
      if (fstatSync(fd).size === state.position.bytes) return;
    }
  }

  #read(fd: number): JournalState {
    const before = this.#state ?? this.#fromSnapshot(fd);
    const scan = scanLines(readFrom(fd, before.position.bytes), before.position);
    let { task, newer_version: newerVersion } = before;
    let position = before.position;
    for (const { event, known, end } of scan.events) {
      if (known) task = apply(task, event as JournalEvent, this.taskDir);
      if ((event.fold_version ?? 0) > foldVersion) newerVersion = true;
      position = { sequence: event.sequence, nonce: event.nonce, bytes: end };
    }
    this.#state = {
      task,
      position,
      gap: scan.gap,
      invalid_lines: scan.invalid_lines,
      unterminated: scan.unterminated,
      newer_version: newerVersion,
      snapshot_distrust: before.snapshot_distrust,
    };
    return this.#state;
  }

  #fromSnapshot(fd: number): JournalState {
    const empty = {
      task: null,
      position: journalStart,
      gap: null,
      invalid_lines: 0,
      unterminated: false,
      newer_version: false,
    };
    const reading = readSnapshot(this.#taskFile);
    if (reading.kind === 'distrusted') return { ...empty, snapshot_distrust: reading.why };
    if (reading.kind === 'missing') return { ...empty, snapshot_distrust: null };
    const { task, position } = reading.checkpoint;
    if (!endsWithEvent(fd, position)) return { ...empty, snapshot_distrust: null };
    return { ...empty, task, position, snapshot_distrust: null };
  }

  #endsOpen(fd: number): boolean {
    const size = fstatSync(fd).size;
    return size > 0 && readFrom(fd, size - 1)[0] !== 0x0a;
  }
}

/** Whether the journal line that ends at `position.bytes` is the event that the position names. */
export function endsWithEvent(fd: number, position: JournalPosition): boolean {
  const from = Math.max(0, position.bytes - maxLineBytes);
  const window = Buffer.alloc(position.bytes - from);
  if (readSync(fd, window, 0, window.length, from) !== window.length) return false;
  if (window.at(-1) !== 0x0a) return false;
  const start = window.lastIndexOf(0x0a, window.length - 2) + 1;
  const line = parseLine(window.subarray(start, window.length - 1));
  return (
    line.kind === 'event' && line.event.sequence === position.sequence && line.event.nonce === position.nonce
  );
}
