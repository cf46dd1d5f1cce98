import { dayOfId, isTaskId } from '@dispatch/core';
import type { Departures } from './departure.ts';
import { isTemporary, judgeEntries, judgeMode, type Entry, type StoreFiles } from './files.ts';
import type { JudgedTask } from './task.ts';

const isDay = (name: string): boolean => /^\d{8}$/.test(name);

/** The markers of the index, each against its task. Whether a task has those that it needs is judged with the task. */
export function judgeIndex(files: StoreFiles, departures: Departures, tasks: readonly JudgedTask[]): void {
  const reading = files.entries('index', departures);
  if (reading.kind !== 'there') return;
  judgeEntries(reading.value, departures, ({ name, kind }) => {
    if (kind === 'folder')
      return name === 'active' || isDay(name) ? 'dispatch' : name === '.lock' ? 'others' : 'nobody';
    return name === 'boot_id' || isTemporary(name, /^boot_id$/) ? 'dispatch' : 'nobody';
  });
  const byId = new Map(tasks.map((one) => [one.id, one]));
  for (const { name, path, kind } of reading.value) {
    if (kind !== 'folder') continue;
    if (name === 'active') judgeActive(files, path, byId, departures);
    else if (isDay(name)) judgeDay(files, { name, path }, byId, departures);
  }
}

type Tasks = ReadonlyMap<string, JudgedTask>;

function judgeActive(files: StoreFiles, folder: string, byId: Tasks, departures: Departures): void {
  for (const entry of markersIn(files, folder, departures)) {
    const [, id = '', attempt = ''] = /^([^.]+)\.(0|[1-9]\d{0,14})$/.exec(entry.name) ?? [];
    if (!isTaskId(id)) {
      reportForeign(departures, entry);
      continue;
    }
    const task = byId.get(id);
    if (task === undefined) reportAlone(files, departures, entry, id);
    else if (task.isKnown && !task.isOpen && Number(attempt) < Math.max(1, task.attempts))
      departures.add(
        'marker_left',
        entry.path,
        'the task is over after that attempt; whoever looks after the store removes it',
      );
  }
}

function judgeDay(
  files: StoreFiles,
  { name: day, path: folder }: { name: string; path: string },
  byId: Tasks,
  departures: Departures,
): void {
  for (const entry of markersIn(files, folder, departures)) {
    const { name: id, path } = entry;
    if (!isTaskId(id)) reportForeign(departures, entry);
    else if (dayOfId(id) !== day)
      departures.add(
        'marker_day',
        path,
        `by its id the task is of ${dayOfId(id)}; no reader looks for it here`,
      );
    else if (!byId.has(id)) reportAlone(files, departures, entry, id);
  }
}

/** Empty files; what is none of these is reported. */
function markersIn(files: StoreFiles, folder: string, departures: Departures): Entry[] {
  const reading = files.entries(folder, departures);
  if (reading.kind !== 'there') return [];
  return reading.value.filter((entry) => {
    if (entry.kind !== 'file' || entry.bytes > 0) {
      reportForeign(departures, entry);
      return false;
    }
    judgeMode(entry, departures);
    return true;
  });
}

function reportForeign(departures: Departures, { path }: Entry): void {
  departures.add('marker_foreign', path, 'is no marker: an empty file that is called after a task');
}

function reportAlone(files: StoreFiles, departures: Departures, { path }: Entry, id: string): void {
  // One that was made since the tasks were read has its marker already.
  if (files.stat(`tasks/${id}`, departures).kind === 'missing')
    departures.add('marker_without_task', path, 'its task is not there: in the making, or never made');
}
