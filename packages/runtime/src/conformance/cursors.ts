import { closeSync } from 'node:fs';
import { endsWithEvent, isCursorName, readBookmark } from '@dispatch/core';
import type { Departures } from './departure.ts';
import { isTemporary, judgeEntries, judgeMode, type Entry, type StoreFiles } from './files.ts';

/** What hosts have acknowledged: a folder each, of empty files that are called after positions in journals. */
export function judgeCursors(files: StoreFiles, departures: Departures, ids: readonly string[]): void {
  const reading = files.entries('cursors', departures);
  if (reading.kind !== 'there') return;
  judgeEntries(reading.value, departures, ({ name, kind }) =>
    kind === 'folder' && (isCursorName(name) || isTemporary(name, /./)) ? 'dispatch' : 'nobody',
  );
  const tasks = new Set(ids);
  for (const { name, path, kind } of reading.value) {
    if (kind !== 'folder' || !isCursorName(name)) continue;
    const bookmarks = files.entries(path, departures);
    if (bookmarks.kind === 'there')
      bookmarks.value.forEach((bookmark) => judgeMark(files, departures, bookmark, tasks));
  }
}

function judgeMark(
  files: StoreFiles,
  departures: Departures,
  { name, path, kind, bytes, mode }: Entry,
  tasks: ReadonlySet<string>,
): void {
  const bookmark = readBookmark(name);
  if (bookmark === null || kind !== 'file' || bytes > 0) {
    departures.add('cursor_foreign', path, 'is no bookmark: an empty file that is called after a position');
    return;
  }
  judgeMode({ path, kind, mode }, departures);
  const journal = `tasks/${bookmark.id}/events.jsonl`;
  if (!tasks.has(bookmark.id)) {
    if (files.stat(`tasks/${bookmark.id}`, departures).kind === 'missing')
      departures.add('cursor_without_task', path, 'its task is not there');
    return;
  }
  const opened = files.open(journal, departures);
  if (opened.kind !== 'there') return;
  try {
    if (endsWithEvent(opened.value, bookmark.at)) return;
    departures.add('cursor_position', path, `no event of ${journal} ends there; it acknowledges nothing`);
  } finally {
    closeSync(opened.value);
  }
}
