import { fstatSync } from 'node:fs';
import type { JournalEvent, Task } from '../records/index.ts';
import { readFrom } from '../disk/open.ts';
import { apply, artifactsOf, foldVersion } from '../lifecycle/apply.ts';
import { readSnapshot, type Distrust } from '../snapshot/snapshot.ts';
import { endsWithEvent } from './position.ts';
import { journalStart, positionOf, scanLines, type JournalPosition } from './scan.ts';

/** What a journal says now. */
export interface JournalState {
  task: Task | null;
  position: JournalPosition;
  /** The journal cannot be read past `position`: a sequence is missing and no repair names it. */
  gap: { expected: number; found: number } | null;
  /** Among the lines behind the position from which this state was folded. */
  invalid_lines: number;
  unterminated: boolean;
  /** A newer version changed the status in a way that this one does not understand. */
  newer_version: boolean;
  snapshot_distrust: Distrust | null;
  /** Up to which event the snapshot goes that was believed; null where none was. */
  snapshot_sequence: number | null;
}

const nothingRead: JournalState = {
  task: null,
  position: journalStart,
  gap: null,
  invalid_lines: 0,
  unterminated: false,
  newer_version: false,
  snapshot_distrust: null,
  snapshot_sequence: null,
};

/** The state of an open journal: `kept`, or the snapshot, as far as the journal bears it out, and what stands behind it. */
export function readState(
  fd: number,
  taskDir: string,
  kept: JournalState | null,
  size = fstatSync(fd).size,
): JournalState {
  // A journal that was cut or put back from a copy meanwhile is read as what it is now.
  if (kept !== null && endsWithEvent(fd, kept.position, size)) return foldTail(fd, taskDir, kept, size);
  return fromSnapshot(fd, taskDir, size);
}

export function foldFromStart(fd: number, taskDir: string): JournalState {
  return foldTail(fd, taskDir, nothingRead, fstatSync(fd).size);
}

function foldTail(fd: number, taskDir: string, before: JournalState, size: number): JournalState {
  const scan = scanLines(readFrom(fd, before.position.bytes, size), before.position);
  let { task, position, newer_version: newerVersion } = before;
  for (const scanned of scan.events) {
    const { event, known } = scanned;
    if (known) task = apply(task, event as JournalEvent, taskDir);
    if ((event.fold_version ?? 0) > foldVersion) newerVersion = true;
    position = positionOf(scanned);
  }
  return {
    task,
    position,
    gap: scan.gap,
    invalid_lines: scan.invalid_lines,
    unterminated: scan.unterminated,
    newer_version: newerVersion,
    snapshot_distrust: before.snapshot_distrust,
    snapshot_sequence: before.snapshot_sequence,
  };
}

function fromSnapshot(fd: number, taskDir: string, size: number): JournalState {
  const reading = readSnapshot(artifactsOf(taskDir).task_file);
  if (reading.kind === 'missing') return foldTail(fd, taskDir, nothingRead, size);
  if (reading.kind === 'distrusted')
    return foldTail(fd, taskDir, { ...nothingRead, snapshot_distrust: reading.why }, size);
  const { task, position } = reading.checkpoint;
  // Written since the journal was opened.
  const known = position.bytes > size ? fstatSync(fd).size : size;
  const believed = { ...nothingRead, task, position, snapshot_sequence: position.sequence };
  return foldTail(fd, taskDir, endsWithEvent(fd, position, known) ? believed : nothingRead, known);
}
