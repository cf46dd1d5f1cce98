import { closeSync, constants, fdatasyncSync, fstatSync } from 'node:fs';
import type { JournalEvent, Task } from '../records/index.ts';
import { isMissing, openSized, readFrom } from '../disk/open.ts';
import { newNonce } from '../disk/nonce.ts';
import { asStoreError } from '../disk/store-error.ts';
import { InternalError, RefusedError, StoreError } from '../errors.ts';
import { apply, artifactsOf } from '../lifecycle/apply.ts';
import { readSnapshot, writeSnapshot } from '../snapshot/snapshot.ts';
import { systemClock, type Clock } from './clock.ts';
import { encodeEvent, mustLast, type AnyDraft } from './encode.ts';
import { type AnyEvent } from './lines.ts';
import { foldFromStart, readState, type JournalState } from './fold.ts';
import { requireEvent } from './position.ts';
import { lastEventsBefore } from './tail.ts';
import { writeOnce } from './write-once.ts';
import { highestSequence, journalStart, positionOf, scanLines } from './scan.ts';
import type { JournalPosition, ScannedEvent } from './scan.ts';

/**
 * One task's journal: the compare-and-swap log that is the truth about it. Reads fold incrementally from the snapshot;
 * `commit` appends with the expected sequence and looks whether it won. No lock is held at any time.
 */
export class Journal {
  readonly taskDir: string;
  readonly #eventsFile: string;
  readonly #clock: Clock;
  #state: JournalState | null = null;

  constructor(taskDir: string, clock: Clock = systemClock) {
    this.taskDir = taskDir;
    this.#eventsFile = artifactsOf(taskDir).events_file;
    this.#clock = clock;
  }

  /** Folds what has been appended since the last look. Throws StoreError where the journal is missing or a link. */
  refresh(): JournalState {
    return this.#reading((fd, size) => this.#read(fd, size));
  }

  /**
   * Every valid event after `position` (from the start where none is given). Throws NotFoundError `position_unknown`
   * where the journal does not hold that position.
   */
  eventsAfter(position: JournalPosition = journalStart): { events: AnyEvent[]; position: JournalPosition } {
    const scanned = this.scannedAfter(position);
    const last = scanned.at(-1);
    return {
      events: scanned.map(({ event }) => event),
      position: last === undefined ? position : positionOf(last),
    };
  }

  /** The same, each with what is known of its line. */
  scannedAfter(position: JournalPosition = journalStart): ScannedEvent[] {
    return this.#reading((fd) => {
      if (position.bytes > 0) requireEvent(fd, position, this.#eventsFile);
      return scanLines(readFrom(fd, position.bytes), position).events;
    });
  }

  /** The newest `limit` valid events, oldest first, without reading more of the file than these need. */
  lastEvents(limit: number): { events: AnyEvent[]; position: JournalPosition } {
    return this.#reading((fd) => {
      const { position } = this.#read(fd);
      return { events: lastEventsBefore(fd, position, limit), position };
    });
  }

  /**
   * Commits one event. `decide` sees the task as it is at that instant and returns the event to append, or null to
   * leave it be; it is asked again whenever another writer came first. Returns the task after the event, or null.
   *
   * Throws RefusedError `newer_version`; StoreError `journal_damaged`, `disk_full`, `commit_not_durable` (the event
   * counts, but a power cut may undo it).
   */
  commit(decide: (task: Task) => AnyDraft | null): Task | null {
    return this.#commit(decide, { rule: 'must_apply', checkpoint: true });
  }

  /** As `commit`, but leaves the snapshot as it is until `checkpoint` is called: for who is in a hurry. */
  commitFirst(decide: (task: Task) => AnyDraft | null): Task | null {
    return this.#commit(decide, { rule: 'must_apply', checkpoint: false });
  }

  /** Brings `task.json` up to the journal. Readers fold what it lacks, so nothing depends on it. */
  checkpoint(): void {
    this.#reading((fd) => this.#checkpoint(fd));
  }

  /** As `commit`, for what was observed: where the lifecycle has gone on without it, nothing is written. */
  record(draft: AnyDraft): Task | null {
    return this.#commit(() => draft, { rule: 'if_it_applies', checkpoint: true });
  }

  #commit(
    decide: (task: Task) => AnyDraft | null,
    { rule, checkpoint }: { rule: 'must_apply' | 'if_it_applies'; checkpoint: boolean },
  ): Task | null {
    const { fd } = this.#open(constants.O_RDWR | constants.O_APPEND);
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
          if (checkpoint) this.#checkpoint(fd, state.position.sequence + 1);
          else this.#read(fd);
          return this.#state?.task ?? null;
        }
      }
    } finally {
      closeSync(fd);
    }
  }

  /** Whether `task.json` is a checkpoint of the last event; readers do not need it to be. */
  snapshotIsCurrent(): boolean {
    const { position } = this.refresh();
    const reading = readSnapshot(artifactsOf(this.taskDir).task_file);
    return reading.kind === 'believable' && reading.checkpoint.position.sequence === position.sequence;
  }

  /** `doctor` only: appends the event that says which sequences are missing and where the journal goes on. */
  repairGap(): boolean {
    const { fd } = this.#open(constants.O_RDWR | constants.O_APPEND);
    try {
      const state = this.#foldFromStart(fd);
      this.#refuseNewer(state);
      const { gap } = state;
      if (gap === null) return false;
      const draft: AnyDraft = {
        kind: 'repaired',
        message: `events ${gap.expected} to ${gap.found - 1} are missing; the journal goes on with ${gap.found}`,
        data: { missing_from: gap.expected, missing_to: gap.found - 1 },
      };
      const bytes = encodeEvent(draft, highestSequence(readFrom(fd, 0)) + 1, newNonce(), this.#clock.now());
      writeOnce(
        fd,
        this.#endsOpen(fd) ? Buffer.concat([Buffer.from('#\n'), bytes]) : bytes,
        this.#eventsFile,
      );
      fdatasyncSync(fd);
      this.#foldFromStart(fd);
      this.#checkpoint(fd);
      return true;
    } finally {
      closeSync(fd);
    }
  }

  /** Writes the snapshot anew from the whole journal; no older snapshot is looked at. Returns what it folded. */
  rewriteSnapshot(): JournalState {
    return this.#reading((fd) => {
      const state = this.#foldFromStart(fd);
      this.#checkpoint(fd);
      return state;
    });
  }

  #reading<T>(read: (fd: number, size: number) => T): T {
    const { fd, size } = this.#open(constants.O_RDONLY);
    try {
      return read(fd, size);
    } finally {
      closeSync(fd);
    }
  }

  #open(flags: number): { fd: number; size: number } {
    try {
      return openSized(this.#eventsFile, flags);
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

  #refuseNewer(state: JournalState): void {
    if (state.newer_version)
      throw new RefusedError(
        'newer_version',
        `${this.taskDir} was changed by a newer dispatch in a way that this version does not understand`,
        'use the newer version for this task',
      );
  }

  #writable(state: JournalState): Task {
    this.#refuseNewer(state);
    if (state.gap !== null)
      throw new StoreError(
        'journal_damaged',
        `${this.#eventsFile}: event ${state.gap.expected} is missing while ${state.gap.found} is there`,
        'run `dispatch doctor`',
      );
    if (state.task === null)
      throw new StoreError('journal_damaged', `${this.#eventsFile} does not begin with the task's creation`);
    if (state.task.pruned) throw new RefusedError('pruned', 'the task has been pruned', 'make another one');
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
      writeOnce(fd, bytes, this.#eventsFile);
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

  #winnerOf(fd: number, sequence: number): string | null {
    const state = this.#state;
    if (state === null) throw new InternalError('the journal was not read before a commit');
    const scan = scanLines(readFrom(fd, state.position.bytes), state.position);
    return scan.events.find(({ event }) => event.sequence === sequence)?.event.nonce ?? null;
  }

  /**
   * Whoever commits after `mine` writes a newer snapshot, so ours is let be; but what was put in place while another
   * one's was is looked at again, since it may have replaced that.
   */
  #checkpoint(fd: number, mine: number | null = null): void {
    for (let round = 0; round < 3; round += 1) {
      const state = this.#read(fd);
      const { task, position } = state;
      if (task === null || state.gap !== null || state.newer_version) return;
      if (round === 0 && mine !== null && position.sequence > mine) return;
      const isNewest = (): boolean =>
        fstatSync(fd).size === position.bytes || this.#read(fd).position.sequence === position.sequence;
      try {
        if (!writeSnapshot({ task, position }, isNewest)) return;
      } catch {
        // A snapshot is a cache: what was committed is committed, and readers fold the journal's tail.
        return;
      }
      if (!isNewest()) continue;
      this.#state = { ...state, snapshot_distrust: null, snapshot_sequence: position.sequence };
      return;
    }
  }

  #read(fd: number, size?: number): JournalState {
    this.#state = readState(fd, this.taskDir, this.#state, size);
    return this.#state;
  }

  #foldFromStart(fd: number): JournalState {
    this.#state = foldFromStart(fd, this.taskDir);
    return this.#state;
  }

  #endsOpen(fd: number): boolean {
    const size = fstatSync(fd).size;
    return size > 0 && readFrom(fd, size - 1)[0] !== 0x0a;
  }
}
