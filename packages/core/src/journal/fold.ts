import type { JournalEvent, Task } from '../records/index.ts';
import { readFrom } from '../disk/open.ts';
import { apply, artifactsOf, foldVersion } from '../lifecycle/apply.ts';
import { readSnapshot, type Distrust } from '../snapshot/snapshot.ts';
import { endsWithEvent } from './position.ts';
import { journalStart, scanLines, type JournalPosition } from './scan.ts';

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
}

const nothingRead: JournalState = {
  task: null,
  position: journalStart,
  gap: null,
  invalid_lines: 0,
  unterminated: false,
  newer_version: false,
  snapshot_distrust: null,
};

/** The state of an open journal: `kept`, or the snapshot, as far as the journal bears it out, and what stands behind it. */
export function readState(fd: number, taskDir: string, kept: JournalState | null): JournalState {
  // A journal that was cut or put back from a copy meanwhile is read as what it is now.
  if (kept !== null && endsWithEvent(fd, kept.position)) return foldTail(fd, taskDir, kept);
  return foldTail(fd, taskDir, fromSnapshot(fd, taskDir));
}

export function foldFromStart(fd: number, taskDir: string): JournalState {
  return foldTail(fd, taskDir, nothingRead);
}

function foldTail(fd: number, taskDir: string, before: JournalState): JournalState {
  const scan = scanLines(readFrom(fd, before.position.bytes), before.position);
  let { task, position, newer_version: newerVersion } = before;
  for (const { event, known, end } of scan.events) {
    if (known) task = apply(task, event as JournalEvent, taskDir);
    if ((event.fold_version ?? 0) > foldVersion) newerVersion = true;
    position = { sequence: event.sequence, nonce: event.nonce, bytes: end };
  }
  return {
    task,
    position,
    gap: scan.gap,
    invalid_lines: scan.invalid_lines,
    unterminated: scan.unterminated,
    newer_version: newerVersion,
    snapshot_distrust: before.snapshot_distrust,
  };
}

function fromSnapshot(fd: number, taskDir: string): JournalState {
  const reading = readSnapshot(artifactsOf(taskDir).task_file);
  if (reading.kind === 'missing') return nothingRead;
  if (reading.kind === 'distrusted') return { ...nothingRead, snapshot_distrust: reading.why };
  const { task, position } = reading.checkpoint;
  return endsWithEvent(fd, position) ? { ...nothingRead, task, position } : nothingRead;
}
