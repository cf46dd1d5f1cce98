import { isUtf8 } from 'node:buffer';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import {
  apply,
  changesStatus,
  foldVersion,
  maxLineBytes,
  parseLine,
  readLinePieces,
  repairIn,
  SequenceOrder,
  type AnyEvent,
  type JournalEvent,
  type LinePiece,
  type Repair,
  type Task,
} from '@dispatch/core';
import type { NamedBody } from './bodies.ts';
import type { Departures } from './departure.ts';
import type { StoreFiles } from './files.ts';
import { reasonOfInvalid } from './invalid-line.ts';
import { Nonces } from './nonces.ts';
import type { Checkpoint } from './snapshot.ts';

/** A journal that was read. */
export interface JournalJudged {
  /** The fold of what counts; null where that does not begin with a creation. */
  task: Task | null;
  /** Every event was understood, and none is missing: the task is known. */
  isWhole: boolean;
  bodies: NamedBody[];
}

/** Of a longer line no more is held; it is far beyond what a line may have. */
const longestHeld = 1024 * 1024;

/** Reads the journal of a task line by line and folds it. Null where there is none that can be read. */
export function judgeJournal(
  files: StoreFiles,
  task: { id: string; folder: string; checkpoint: Checkpoint | null },
  departures: Departures,
): JournalJudged | null {
  const path = join(task.folder, 'events.jsonl');
  const opened = files.open(path, departures);
  if (opened.kind === 'missing') departures.add('journal_missing', path, 'the task has no journal');
  if (opened.kind !== 'there') return null;
  const fd = opened.value;
  try {
    const actual = join(files.root, task.folder);
    const reader = new JournalReader({ ...task, path, actual }, departures, () => repairsIn(fd));
    for (const piece of readLinePieces(fd, longestHeld)) if (!reader.take(piece)) break;
    return reader.finish();
  } finally {
    closeSync(fd);
  }
}

function repairsIn(fd: number): Repair[] {
  const repairs: Repair[] = [];
  for (const { bytes, terminated } of readLinePieces(fd, longestHeld)) {
    const line = terminated ? parseLine(bytes) : null;
    if (line?.kind === 'event') repairs.push(...[repairIn(line.event, line.known) ?? []].flat());
  }
  return repairs;
}

class JournalReader {
  readonly #id: string;
  readonly #path: string;
  readonly #checkpoint: Checkpoint | null;
  /** What the fold puts before the names of files: as the snapshot has it, so that the two can be compared. */
  readonly #taskDir: string;
  readonly #folders: Set<string>;
  readonly #departures: Departures;
  readonly #order: SequenceOrder;
  readonly #nonces = new Nonces();
  readonly #unknownKinds = new Set<string>();
  readonly #bodies: NamedBody[] = [];
  #task: Task | null = null;
  #counted = 0;
  #isNewer = false;

  constructor(
    {
      id,
      path,
      actual,
      checkpoint,
    }: { id: string; path: string; actual: string; checkpoint: Checkpoint | null },
    departures: Departures,
    repairs: () => Repair[],
  ) {
    this.#id = id;
    this.#path = path;
    this.#checkpoint = checkpoint;
    this.#taskDir = checkpoint?.taskDir ?? actual;
    this.#folders = new Set([actual]);
    this.#departures = departures;
    let known: Repair[] | null = null;
    this.#order = new SequenceOrder(1, () => (known ??= repairs()));
  }

  /** False where nothing behind this line can count. */
  take(piece: LinePiece): boolean {
    const { bytes, number, terminated, cut } = piece;
    const report = this.#reporter(number);
    if (!terminated) {
      report(
        'journal_tail',
        `its last ${bytes.length} bytes have no newline: they do not count, and never will`,
      );
      return false;
    }
    const line = parseLine(bytes);
    if (cut || (line.kind === 'event' && bytes.length + 1 >= maxLineBytes))
      report(
        'line_length',
        `with its newline it has more than ${maxLineBytes - 1} bytes: one write(2) may tear it`,
      );
    if (line.kind === 'invalid' && !cut) {
      const reason = reasonOfInvalid(bytes);
      if (reason !== null) report(reason.rule, reason.message);
    }
    return line.kind === 'event' ? this.#takeEvent(line, piece) : true;
  }

  finish(): JournalJudged {
    const { gap } = this.#order;
    if (this.#counted === 0 && gap === null)
      this.#departures.add('journal_begins', this.#path, 'holds no event that counts');
    const isWhole = gap === null && !this.#isNewer && this.#task !== null;
    this.#checkpoint?.finish({ folders: this.#folders, isWhole }, this.#departures);
    return { task: this.#task, isWhole, bodies: this.#bodies };
  }

  #takeEvent(
    { event, known }: { event: AnyEvent; known: boolean },
    { bytes, number, end }: LinePiece,
  ): boolean {
    const report = this.#reporter(number);
    if (!isUtf8(bytes)) report('line_encoding', 'is no UTF-8');
    if (this.#nonces.isRepeated(event.nonce))
      report(
        'nonce_repeated',
        `has the nonce ${event.nonce} of a line before it: a writer could not tell which of them is its own`,
      );
    const counts = this.#order.counts(event.sequence);
    const { gap } = this.#order;
    if (gap !== null) {
      report(
        'journal_sequence',
        `is event ${gap.found}, but event ${gap.expected} is missing, and no repair says so`,
      );
      return false;
    }
    // Void: somebody else's event of that sequence came first.
    if (!counts) return true;
    this.#counted += 1;
    this.#judgeForm(event, known, report);
    const before = this.#task;
    if (known) this.#task = apply(before, event as JournalEvent, this.#taskDir);
    if (this.#task === null) {
      report('journal_begins', `the first event is no creation but of the kind ${event.kind}`);
      return false;
    }
    if (before === this.#task) this.#reportIdle(event, known, report);
    else this.#takeEffective(event as JournalEvent, before === null, number);
    this.#checkpoint?.meet(event, end, this.#task, this.#departures);
    return true;
  }

  #judgeForm(event: AnyEvent, known: boolean, report: Reporter): void {
    const { kind, timestamp, fold_version: version } = event;
    if (!isTimestamp(timestamp))
      report(
        'event_timestamp',
        `${JSON.stringify(timestamp)} is no time of the form 2026-11-21T10:00:00.000Z`,
      );
    if (known && version === undefined && (changesStatus as ReadonlySet<string>).has(kind))
      report('fold_version_missing', `${kind} may change the status, but has no fold_version`);
    if (version !== undefined && version > foldVersion && !this.#isNewer) {
      this.#isNewer = true;
      report(
        'newer_version',
        `takes version ${version} of the fold; from here on the task is left to who knows that`,
      );
    } else if (!known && !this.#isNewer && !this.#unknownKinds.has(kind)) {
      this.#unknownKinds.add(kind);
      report(
        'unknown_kind',
        `is of the kind ${JSON.stringify(kind)}, which this version does not know: kept, not folded`,
      );
    }
  }

  /** Behind kinds that are unknown here, an event may have had its effect in the fold of who wrote it. */
  #reportIdle({ kind }: AnyEvent, known: boolean, report: Reporter): void {
    if (!known || this.#isNewer || this.#unknownKinds.size > 0) return;
    report(
      'event_without_effect',
      `${kind} changes nothing in the state that the task is in: no writer appends it`,
    );
  }

  #takeEffective(event: JournalEvent, isFirst: boolean, line: number): void {
    for (const ref of bodiesOf(event)) this.#bodies.push({ ref, line });
    if (event.kind === 'created' || event.kind === 'root_adopted')
      this.#folders.add(join(event.data.root.path, 'tasks', this.#id));
    if (isFirst && this.#task?.id !== this.#id)
      this.#departures.add('task_id', this.#path, `is the journal of task ${this.#task?.id}`, line);
  }

  #reporter(line: number): Reporter {
    return (rule, message) => this.#departures.add(rule, this.#path, message, line);
  }
}

type Reporter = (rule: Parameters<Departures['add']>[0], message: string) => void;

function isTimestamp(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) && !Number.isNaN(Date.parse(text));
}

function bodiesOf(event: JournalEvent): NamedBody['ref'][] {
  switch (event.kind) {
    case 'created':
      return [event.data.prompt, ...(event.data.skill === undefined ? [] : [event.data.skill.body])];
    case 'attempt_started':
      return [event.data.prompt, event.data.message].filter((one) => one !== null);
    case 'question_answered':
      return [event.data.answer];
    case 'resume_requested':
      return event.data.message === null ? [] : [event.data.message];
    default:
      return [];
  }
}
