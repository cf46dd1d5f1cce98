import { dayOfId, pause, type Clock, type Task } from '@dispatch/core';
import { isOpen } from '../supervisor/index-boot.ts';
import { Departures, type Departure } from './departure.ts';
import { isTemporary, judgeEntries, type Entry, type Owner, type StoreFiles } from './files.ts';
import { judgeBodies } from './bodies.ts';
import { judgeJournal, type JournalJudged } from './journal.ts';
import { judgeMailbox } from './mailbox.ts';
import { judgeOutputs } from './outputs.ts';
import { readCheckpoint } from './snapshot.ts';

/** What the rest of the store is held against. */
export interface JudgedTask {
  id: string;
  departures: Departure[];
  /** Its journal could be folded to its end. */
  isKnown: boolean;
  /** Not over, or something of it is still to be ended. */
  isOpen: boolean;
  isPruned: boolean;
  attempts: number;
  /** Hash of the key that it was made under. */
  key: string | null;
}

const warmMs = 2000;
const pauseMs = 100;
const looksAtMost = 5;

/**
 * One task. While it is being written, a look may fall between two steps of a writer: what is found in a journal that has
 * changed a moment ago is looked at again.
 */
export function judgeTask(files: StoreFiles, id: string, clock: Clock): JudgedTask {
  for (let look = 1; ; look += 1) {
    const judged = lookAtTask(files, id);
    if (judged.departures.length === 0 || look === looksAtMost || !isWarm(files, id, clock)) return judged;
    pause(pauseMs);
  }
}

function isWarm(files: StoreFiles, id: string, clock: Clock): boolean {
  const stat = files.stat(`tasks/${id}/events.jsonl`, new Departures());
  return stat.kind === 'there' && Math.abs(clock.now().getTime() - stat.value.mtimeMs) < warmMs;
}

function lookAtTask(files: StoreFiles, id: string): JudgedTask {
  const departures = new Departures(id);
  const folder = `tasks/${id}`;
  const nothing = {
    id,
    departures: departures.found,
    isKnown: false,
    isOpen: false,
    isPruned: false,
    attempts: 0,
    key: null,
  };
  const entries = files.entries(folder, departures);
  // Pruned this very moment, or nothing to be read.
  if (entries.kind !== 'there') return nothing;
  judgeEntries(entries.value, departures, ownerInTask);
  const folders = judgeFolders(files, folder, departures);
  // Before the journal, which only grows: what a snapshot says is in it by then.
  const checkpoint = readCheckpoint(files, folder, departures);
  const journal = judgeJournal(files, { id, folder, checkpoint }, departures);
  if (journal === null) return nothing;
  judgeBodies(files, folder, journal.bodies, departures);
  if (folders.includes('mailbox')) judgeMailbox(files, folder, journal, departures);
  if (folders.includes('outputs')) judgeOutputs(files, folder, journal, departures);
  return { ...nothing, ...summaryOf(files, id, journal, departures) };
}

/** Markers are looked for at once: a list that was read before may be older than the task. */
function summaryOf(
  files: StoreFiles,
  id: string,
  { task, isWhole }: JournalJudged,
  departures: Departures,
): Partial<JudgedTask> {
  const day = `index/${dayOfId(id)}/${id}`;
  if (files.stat(day, departures).kind === 'missing')
    departures.add(
      'marker_missing',
      day,
      'no marker of its day: readers that go by the index do not find the task',
    );
  if (task === null || !isWhole) return {};
  const isActive = isOpen(task);
  if (isActive) judgeActiveMarker(files, task, id, departures);
  const { pruned: isPruned, attempts, key_sha256: key } = task;
  return { isKnown: true, isOpen: isActive, isPruned, attempts: attempts.length, key };
}

function judgeActiveMarker(files: StoreFiles, task: Task, id: string, departures: Departures): void {
  const last = Math.max(0, task.attempts.length - 1);
  // The next attempt's marker is made before its commit.
  const paths = [last, last + 1].map((attempt) => `index/active/${id}.${attempt}`);
  if (paths.every((path) => files.stat(path, departures).kind === 'missing'))
    departures.add(
      'marker_missing',
      paths[0]!,
      `no marker of attempt ${last}, after which the task is ${task.status}`,
    );
}

function ownerInTask({ name, kind }: Entry): Owner {
  if (kind === 'folder') return ['mailbox', 'outputs', 'messages'].includes(name) ? 'dispatch' : 'nobody';
  if (['task.json', 'events.jsonl', 'prompt.md', 'skill.md', 'options.json'].includes(name))
    return 'dispatch';
  const ofWorker = /^(plan|output|context)\.md$/;
  if (ofWorker.test(name)) return 'others';
  return isTemporary(name, /^task\.json$/) || isTemporary(name, ofWorker) ? 'others' : 'nobody';
}

/** The folders that are there and no links. */
function judgeFolders(files: StoreFiles, folder: string, departures: Departures): string[] {
  return ['mailbox', 'outputs', 'messages'].filter((name) => {
    const path = `${folder}/${name}`;
    const reading = files.entries(path, departures);
    if (reading.kind === 'missing')
      departures.add('folder_missing', path, 'each task has this folder, if empty');
    if (reading.kind === 'there' && name === 'messages')
      judgeEntries(reading.value, departures, (entry) =>
        entry.kind === 'file' && /^([0-9]+|requested)\.[0-9a-z]+\.md$/.test(entry.name)
          ? 'dispatch'
          : 'nobody',
      );
    return reading.kind === 'there';
  });
}
