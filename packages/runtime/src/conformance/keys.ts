import { checkKeyFile, isTaskId, type KeyFile } from '@dispatch/core';
import type { Departures } from './departure.ts';
import { isTemporary, judgeEntries, type Entry, type StoreFiles } from './files.ts';
import type { JudgedTask } from './task.ts';

const isHash = ({ name, kind }: Entry): boolean => kind === 'file' && /^[0-9a-f]{64}$/.test(name);

/** Keys against tasks, both ways. */
export function judgeKeys(files: StoreFiles, departures: Departures, tasks: readonly JudgedTask[]): void {
  const reading = files.entries('keys', departures);
  const entries = reading.kind === 'there' ? reading.value : [];
  judgeEntries(entries, departures, (entry) =>
    isHash(entry) || isTemporary(entry.name, /^[0-9a-f]{64}$/) ? 'dispatch' : 'nobody',
  );
  const byId = new Map(tasks.map((one) => [one.id, one]));
  const records = new Map<string, KeyFile | null>();
  for (const { name, path } of entries.filter(isHash)) {
    const record = files.json(path, departures);
    if (record.kind !== 'there') continue;
    const sound = checkKeyFile(record.value) && isTaskId((record.value as KeyFile).task_id);
    records.set(name, sound ? (record.value as KeyFile) : null);
    if (!sound) departures.add('key_schema', path, 'is no record of a key; see key.schema.json');
    else judgeRecord(files, { hash: name, path }, record.value as KeyFile, byId, departures);
  }
  for (const { id, key } of tasks) {
    if (key === null || reading.kind === 'barred') continue;
    const path = `keys/${key}`;
    const record = records.get(key);
    if (record === undefined)
      departures.add('key_missing', path, `task ${id} was made under this key, which has no record`);
    // What the record itself says of a task that is there has been told.
    else if (record !== null && record.task_id !== id && !byId.has(record.task_id))
      departures.add('key_mismatch', path, `stands for ${record.task_id}, but task ${id} was made under it`);
  }
}

function judgeRecord(
  files: StoreFiles,
  { hash, path }: { hash: string; path: string },
  { task_id: id, pruned = false }: KeyFile,
  byId: ReadonlyMap<string, JudgedTask>,
  departures: Departures,
): void {
  const task = byId.get(id);
  if (task === undefined) {
    // One that was made since the tasks were read has its key already.
    if (!pruned && files.stat(`tasks/${id}`, departures).kind === 'missing')
      departures.add(
        'key_without_task',
        path,
        `stands for ${id}, which is not there: never made, or in the making`,
      );
  } else if (task.isKnown && task.key !== hash)
    departures.add('key_mismatch', path, `stands for ${id}, whose journal names ${task.key ?? 'no key'}`);
  else if (task.isKnown && pruned && !task.isPruned)
    departures.add('key_mismatch', path, `says that ${id} was pruned, but its journal does not`);
}
