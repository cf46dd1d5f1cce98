import { lstatSync, mkdirSync, readdirSync, rmdirSync, statSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isMissing, PlantedLink, requireFolder, type Journal } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import type { Report } from './finding.ts';

const strayAfterMs = 10 * 60 * 1000;

/** Folders, journal and snapshot of one task. */
export function examineTask(dispatcher: Dispatcher, id: string, report: Report): void {
  const found = (what: string, path: string | null, action: string, repaired: boolean): void =>
    report({ what, task_id: id, path, action, repaired });
  if (!hasJournal(dispatcher, id, found) || !examineFolders(dispatcher, id, found)) return;
  try {
    examineJournal(dispatcher, id, found);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    found('journal_damaged', join(dispatcher.store.taskDir(id), 'events.jsonl'), message, false);
  }
  removeStrays(dispatcher, id, found);
  reportPlanted(dispatcher, id, found);
}

type Found = (what: string, path: string | null, action: string, repaired: boolean) => void;

/** A folder without a journal was no task of ours: nothing is put into it. */
function hasJournal({ store }: Dispatcher, id: string, found: Found): boolean {
  const folder = store.taskDir(id);
  if (lstatSync(join(folder, 'events.jsonl'), { throwIfNoEntry: false }) !== undefined) return true;
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

function examineFolders({ store }: Dispatcher, id: string, found: Found): boolean {
  let sound = true;
  for (const name of ['mailbox', 'outputs', 'messages']) {
    const path = join(store.taskDir(id), name);
    try {
      requireFolder(path);
    } catch (error) {
      if (isMissing(error)) {
        mkdirSync(path, { mode: 0o700 });
        found('folder_missing', path, 'made anew, empty', true);
      } else if (error instanceof PlantedLink) {
        sound = false;
        found('planted_link', path, 'not followed; look at it, remove it by hand, and run this again', false);
      } else throw error;
    }
  }
  return sound;
}

function examineJournal({ store }: Dispatcher, id: string, found: Found): void {
  const journal = store.journal(id);
  const events = join(store.taskDir(id), 'events.jsonl');
  let state = journal.refresh();
  if (state.newer_version) return found('newer_version', events, 'left to the newer dispatch', false);
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
  if (state.snapshot_distrust !== null || staysBehind(journal)) {
    const why = state.snapshot_distrust ?? 'behind';
    journal.rewriteSnapshot();
    found(`snapshot_${why}`, join(store.taskDir(id), 'task.json'), 'written anew from the journal', true);
  }
  for (const { what, path } of state.task?.damage ?? [])
    found(what, path, 'was met before; look at it, and remove it by hand', false);
}

const settlingLooks = 10;

/** A writer that lives is between its commit and its snapshot for a moment; only what stays so was left by a dead one. */
function staysBehind(journal: Journal): boolean {
  for (let look = 0; look < settlingLooks; look += 1) {
    if (journal.snapshotIsCurrent()) return false;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  }
  return true;
}

/** Links and special files among a task's own; whatever reads or writes there does not follow them. */
function reportPlanted({ store }: Dispatcher, id: string, found: Found): void {
  for (const folder of ['', 'mailbox', 'outputs', 'messages'])
    for (const entry of readdirSync(join(store.taskDir(id), folder), { withFileTypes: true }))
      if (!entry.isFile() && !entry.isDirectory())
        found(
          'planted_link',
          join(store.taskDir(id), folder, entry.name),
          'not followed; remove it by hand',
          false,
        );
}

/** What a writer that was killed between its temporary file and its link has left. */
function removeStrays({ store, clock }: Dispatcher, id: string, found: Found): void {
  for (const folder of ['', 'mailbox', 'outputs', 'messages']) {
    const path = join(store.taskDir(id), folder);
    for (const name of readdirSync(path)) {
      if (!isTemporary(name)) continue;
      const stray = join(path, name);
      const stat = statSync(stray, { throwIfNoEntry: false });
      // One that is gone has just been put into its place.
      if (stat === undefined || clock.now().getTime() - stat.mtimeMs < strayAfterMs) continue;
      rmSync(stray, { force: true });
      found('stray_file', stray, 'removed', true);
    }
  }
}

/** `.NAME.NONCE` of a write that never came to its rename or link; the worker's own `.done` is none. */
function isTemporary(name: string): boolean {
  return /^\.(task\.json|attempt-.*\.json|\d{3,}\.(question|answer|done)|\d{3,}\.printing|\.\d{3,}\.printing)\.[a-z0-9]{12}$/.test(
    name,
  );
}
