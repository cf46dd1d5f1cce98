import { dirname, sep } from 'node:path';
import type { Snapshot, Task } from '../records/index.ts';
import { checkSnapshot } from '../records/checks.generated.ts';
import { PlantedLink, readRegular } from '../disk/open.ts';
import { replaceFile } from '../disk/write.ts';
import { artifactsOf, foldVersion } from '../lifecycle/apply.ts';
import type { JournalPosition } from '../journal/scan.ts';
import { checksum } from './checksum.ts';

export interface Checkpoint {
  task: Task;
  position: JournalPosition;
}

/** Why a snapshot was not believed; `null` where there was none or it is only behind. */
export type Distrust = 'torn' | 'edited' | 'other_version' | 'elsewhere' | 'planted_link';

export type SnapshotReading =
  | { kind: 'believable'; checkpoint: Checkpoint }
  | { kind: 'missing' }
  | { kind: 'distrusted'; why: Distrust };

const hashField = /"hash": "([0-9a-f-]*)"\n\}\n$/;
/** What is hashed in the place of that field. */
const noHash = Buffer.from('"hash": ""\n}\n');
const longestHashField = 64;

/** `isNewest` is asked right before the old one is replaced. Returns whether it was. */
export function writeSnapshot(checkpoint: Checkpoint, isNewest?: () => boolean): boolean {
  const { task, position } = checkpoint;
  const snapshot: Snapshot = {
    format: 1,
    fold_version: foldVersion,
    sequence: position.sequence,
    journal_bytes: position.bytes,
    nonce: position.nonce,
    ...task,
    hash: '',
  };
  const unsigned = `${JSON.stringify(snapshot, null, 2)}\n`;
  const text = unsigned.replace(hashField, `"hash": "${checksum(Buffer.from(unsigned))}"\n}\n`);
  return replaceFile(task.artifacts.task_file, text, 'cached', isNewest);
}

/**
 * Reads `task.json`. What is returned as believable has the right hash and version and lies where it says; whether the
 * journal agrees with its position is for the caller to look at.
 */
export function readSnapshot(taskFile: string): SnapshotReading {
  let bytes: Buffer | null;
  try {
    bytes = readRegular(taskFile);
  } catch (error) {
    // It is a cache: a link planted there must not keep anybody from the task, and the next snapshot replaces it.
    if (error instanceof PlantedLink) return { kind: 'distrusted', why: 'planted_link' };
    throw error;
  }
  if (bytes === null) return { kind: 'missing' };
  const hash = judgeHash(bytes);
  if (hash !== 'right')
    return {
      kind: 'distrusted',
      why: hash === 'none' && !endingOf(bytes).trimEnd().endsWith('}') ? 'torn' : 'edited',
    };
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return { kind: 'distrusted', why: 'torn' };
  }
  if (!checkSnapshot(value)) return { kind: 'distrusted', why: 'edited' };
  const {
    format: _format,
    fold_version,
    sequence,
    journal_bytes,
    nonce,
    hash: _hash,
    ...task
  } = value as Snapshot;
  if (fold_version !== foldVersion) return { kind: 'distrusted', why: 'other_version' };
  // A worker can write a snapshot with the right hash: the paths in it are not taken from there.
  if (!liesAt(task, dirname(taskFile))) return { kind: 'distrusted', why: 'elsewhere' };
  return { kind: 'believable', checkpoint: { task, position: { sequence, nonce, bytes: journal_bytes } } };
}

/** Whether a snapshot ends in its hash, and whether that is the one of these bytes. */
export function judgeHash(bytes: Buffer): 'right' | 'wrong' | 'none' {
  const signed = hashField.exec(endingOf(bytes));
  if (signed === null) return 'none';
  const found = checksum(bytes.subarray(0, bytes.length - signed[0].length), noHash);
  return found === signed[1] ? 'right' : 'wrong';
}

function endingOf(bytes: Buffer): string {
  return bytes.subarray(-longestHashField).toString('latin1');
}

/** Whether every path is the one that the fold gives it, or lies below the task's folder. */
function liesAt(task: Task, taskDir: string): boolean {
  const own: Record<string, string> = { ...artifactsOf(taskDir) };
  const inside = (path: string | null) =>
    path === null || (path.startsWith(`${taskDir}${sep}`) && !path.split(sep).includes('..'));
  return (
    Object.entries(task.artifacts).every(([name, path]) => own[name] === path) &&
    inside(task.prompt_path) &&
    task.attempts.every((one) =>
      [one.stdout_path, one.stderr_path, one.prompt_path, one.workspace_path].every(inside),
    )
  );
}
