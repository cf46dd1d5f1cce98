import { lstatSync, mkdirSync, readdirSync, rmdirSync, rmSync, type Dirent } from 'node:fs';
import { isMissing, nameOfTemporary, pause, type Journal, type Task } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import type { Report } from './finding.ts';
import { readTask } from './read-task.ts';

const strayAfterMs = 10 * 60 * 1000;

const ownFolders = ['mailbox', 'outputs', 'messages'];

/** `isOurs`: no newer dispatch has changed it in a way that this one does not understand. */
export interface ExaminedTask {
  task: Task | null;
  isOurs: boolean;
}

const unread: ExaminedTask = { task: null, isOurs: false };

/** Folders, journal and snapshot of one task. The task is null where its journal cannot be read. */
export function examineTask(dispatcher: Dispatcher, id: string, report: Report): ExaminedTask {
  const found = (what: string, path: string | null, action: string, repaired: boolean): void =>
    report({ what, task_id: id, path, action, repaired });
  const taskDir = dispatcher.store.taskDir(id);
  const own = entriesOf(taskDir);
  if (own === null) return unread;
  if (!hasJournal(taskDir, own, found) || !examineFolders(taskDir, own, found)) return unread;
  let examined: ExaminedTask;
  try {
    examined = examineJournal(dispatcher, id, found);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    found('journal_damaged', `${taskDir}/events.jsonl`, message, false);
    // What stopped us may be a full disk: its markers are set all the same.
    examined = { task: readTask(dispatcher, id), isOurs: false };
  }
  examineFiles(dispatcher, taskDir, own, found);
  for (const folder of ownFolders) {
    const path = `${taskDir}/${folder}`;
    if (readdirSync(path).length > 0)
      examineFiles(dispatcher, path, readdirSync(path, { withFileTypes: true }), found);
  }
  return examined;
}

/** Null where the folder has been pruned this very moment. */
function entriesOf(folder: string): Dirent[] | null {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

type Found = (what: string, path: string | null, action: string, repaired: boolean) => void;

/** A folder without a journal was no task of ours: nothing is put into it. */
function hasJournal(folder: string, own: readonly Dirent[], found: Found): boolean {
  if (own.some(({ name }) => name === 'events.jsonl')) return true;
  try {
    rmdirSync(folder);
    found('stray_folder', folder, 'removed: it was empty', true);
  } catch {
    found(
      'journal_missing',
      folder,
      'it has no events.jsonl: restore that from a copy, or move the folder away',
      false,
    );
  }
  return false;
}

function examineFolders(taskDir: string, own: readonly Dirent[], found: Found): boolean {
  let sound = true;
  for (const name of ownFolders) {
    const path = `${taskDir}/${name}`;
    const entry = own.find((one) => one.name === name);
    if (entry === undefined) {
      mkdirSync(path, { mode: 0o700 });
      found('folder_missing', path, 'made anew, empty', true);
    } else if (!entry.isDirectory()) {
      sound = false;
      found('planted_link', path, 'not followed; look at it, remove it by hand, and run this again', false);
    }
  }
  return sound;
}

function examineJournal({ store }: Dispatcher, id: string, found: Found): ExaminedTask {
  const journal = store.journalOfChecked(id);
  const events = `${journal.taskDir}/events.jsonl`;
  let state = journal.refresh();
  if (state.newer_version) {
    found('newer_version', events, 'left to the newer dispatch', false);
    return { task: state.task, isOurs: false };
  }
  if (state.gap !== null) {
    const { expected, found: next } = state.gap;
    journal.repairGap();
    found(
      'events_missing',
      events,
      `events ${expected} to ${next - 1} are lost; the journal goes on with ${next}`,
      true,
    );
    state = journal.refresh();
  }
  if (state.unterminated) {
    journal.record({ kind: 'note', message: 'doctor: an unterminated line was closed', data: {} });
    found('torn_line', events, 'closed, so that it can never count', true);
  }
  const isCurrent = state.snapshot_distrust === null && state.snapshot_sequence === state.position.sequence;
  if (!isCurrent && (state.snapshot_distrust !== null || staysBehind(journal))) {
    const why = state.snapshot_distrust ?? 'behind';
    journal.rewriteSnapshot();
    found(`snapshot_${why}`, `${journal.taskDir}/task.json`, 'written anew from the journal', true);
  }
  for (const { what, path } of state.task?.damage ?? [])
    found(what, path, 'was met before; look at it, and remove it by hand', false);
  return { task: state.task, isOurs: true };
}

const settlingLooks = 10;

/** A writer that lives is between its commit and its snapshot for a moment; only what stays so was left by a dead one. */
function staysBehind(journal: Journal): boolean {
  for (let look = 0; look < settlingLooks; look += 1) {
    if (journal.snapshotIsCurrent()) return false;
    pause(20);
  }
  return true;
}

/**
 * Links and special files among a task's own, which nobody follows, and what a writer that was killed between its
 * temporary file and its link has left.
 */
function examineFiles({ clock }: Dispatcher, folder: string, entries: readonly Dirent[], found: Found): void {
  for (const entry of entries) {
    const path = `${folder}/${entry.name}`;
    if (!entry.isFile() && !entry.isDirectory())
      found('planted_link', path, 'not followed; remove it by hand', false);
    if (!isTemporary(entry.name)) continue;
    const stat = lstatSync(path, { throwIfNoEntry: false });
    // One that is gone has just been put into its place.
    if (stat === undefined || clock.now().getTime() - stat.mtimeMs < strayAfterMs) continue;
    rmSync(path, { force: true });
    found('stray_file', path, 'removed', true);
  }
}

const ownFiles =
  /^(task\.json|attempt-.*\.json|\d{3,}\.(question|answer|done)|\d{3,}\.printing|\.\d{3,}\.printing)$/;

/** Of a write that never came to its rename or link; the worker's own `.done` is none. */
function isTemporary(name: string): boolean {
  return ownFiles.test(nameOfTemporary(name) ?? '');
}
