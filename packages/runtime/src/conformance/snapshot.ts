import { dirname, join } from 'node:path';
import {
  checkSnapshot,
  foldVersion,
  judgeHash,
  type AnyEvent,
  type Snapshot,
  type Task,
} from '@dispatch/core';
import { firstDifference } from './difference.ts';
import type { Departures } from './departure.ts';
import type { StoreFiles } from './files.ts';

/** A snapshot with its own hash and a right form, to be held against the journal event by event. */
export class Checkpoint {
  readonly path: string;
  /** The task's folder as the snapshot names it: in a copied store another than the one that it lies in. */
  readonly taskDir: string;
  readonly #snapshot: Snapshot;
  #isMet = false;

  constructor(path: string, snapshot: Snapshot) {
    this.path = path;
    this.#snapshot = snapshot;
    this.taskDir = dirname(snapshot.artifacts.task_file);
  }

  /** To be called for each event that counts; `task` is the fold so far, in `taskDir`. */
  meet({ sequence, nonce }: AnyEvent, end: number, task: Task, departures: Departures): void {
    const wanted = this.#snapshot;
    if (end !== wanted.journal_bytes || sequence !== wanted.sequence || nonce !== wanted.nonce) return;
    this.#isMet = true;
    const {
      format: _1,
      fold_version: _2,
      sequence: _3,
      journal_bytes: _4,
      nonce: _5,
      hash: _6,
      ...found
    } = wanted;
    const { wrong, unknown } = firstDifference(found, task);
    if (wrong !== null)
      departures.add('snapshot_fold', this.path, `${wrong}; so far the journal gives another task`);
    if (unknown !== null)
      departures.add(
        'unknown_field',
        this.path,
        `has ${unknown}, which this version does not know: a newer writer's`,
      );
  }

  /** `folders`: where the task lies and, as its journal tells, has lain. `isWhole`: the journal was folded to its end. */
  finish(
    { folders, isWhole }: { folders: ReadonlySet<string>; isWhole: boolean },
    departures: Departures,
  ): void {
    const { sequence, nonce, journal_bytes: bytes } = this.#snapshot;
    if (!this.#isMet && isWhole)
      departures.add(
        'snapshot_position',
        this.path,
        `says that event ${sequence}:${nonce} ends at byte ${bytes} of the journal, which it does not`,
      );
    if (!folders.has(this.taskDir))
      departures.add(
        'snapshot_elsewhere',
        this.path,
        `is of the folder ${this.taskDir}, in which the task has never been`,
      );
  }
}

/** Null where there is none, or one that cannot be held against anything; none is no departure. */
export function readCheckpoint(files: StoreFiles, folder: string, departures: Departures): Checkpoint | null {
  const path = join(folder, 'task.json');
  const bytes = files.read(path, departures);
  if (bytes.kind !== 'there') return null;
  const hash = judgeHash(bytes.value);
  if (hash !== 'right') {
    const message =
      hash === 'none' ? 'does not end in its hash' : 'was changed: its hash is that of another text';
    departures.add('snapshot_hash', path, message);
    return null;
  }
  const snapshot = parsed(bytes.value.toString('utf8'));
  if (isOfNewerFold(snapshot)) {
    departures.add(
      'newer_version',
      path,
      'is the fold of a newer version, and was not held against the journal',
    );
    return null;
  }
  if (!checkSnapshot(snapshot)) {
    departures.add('snapshot_schema', path, 'is no snapshot; see task.schema.json');
    return null;
  }
  return new Checkpoint(path, snapshot as Snapshot);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isOfNewerFold(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('fold_version' in value)) return false;
  return Number.isInteger(value.fold_version) && (value.fold_version as number) > foldVersion;
}
