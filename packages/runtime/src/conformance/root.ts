import { checkFormatFile, isTaskId, storeFormat, type FormatFile } from '@dispatch/core';
import { isLeaseRecord } from '../supervisor/lease.ts';
import type { Departures } from './departure.ts';
import { isTemporary, judgeEntries, judgeMode, type Entry, type Owner, type StoreFiles } from './files.ts';

/** What `format.json` says: `other` where nothing below it can be judged by this version. */
export type FormatJudged = { kind: 'known' } | { kind: 'missing' } | { kind: 'other'; format: number | null };

export function judgeFormat(files: StoreFiles, departures: Departures): FormatJudged {
  const reading = files.json('format.json', departures);
  if (reading.kind === 'missing') return { kind: 'missing' };
  if (reading.kind === 'barred') return { kind: 'other', format: null };
  const { value } = reading;
  if (!checkFormatFile(value)) {
    departures.add('format_number', 'format.json', `does not hold {"format": ${storeFormat}}`);
    return { kind: 'other', format: null };
  }
  const { format } = value as FormatFile;
  if (format === storeFormat) return { kind: 'known' };
  const message = `says format ${format}; this version knows ${storeFormat}, and judges nothing else`;
  departures.add('format_number', 'format.json', message);
  return { kind: 'other', format };
}

const foldersOfStore = ['tasks', 'index', 'keys', 'supervisor', 'cursors'];
/** A user's own folder may be a store at once; then these are there, too. */
const filesOfHome = ['config.yaml', 'config.schema.json', 'roots', 'trusted'];
const foldersOfHome = ['runtime', '.lock'];

/** What stands in the root itself, among the tasks and in `supervisor/`. Returns the ids of the tasks, oldest first. */
export function judgeRoot(files: StoreFiles, departures: Departures): string[] {
  const entries = entriesIn(files, '.', departures);
  judgeEntries(entries, departures, ownerInRoot);
  judgeGitignore(files, departures);
  judgeSupervisor(files, departures);
  return judgeTasks(files, departures);
}

function entriesIn(files: StoreFiles, folder: string, departures: Departures): Entry[] {
  const reading = files.entries(folder, departures);
  return reading.kind === 'there' ? reading.value : [];
}

function ownerInRoot({ name, kind }: Entry): Owner {
  if (kind === 'folder') {
    if (foldersOfStore.includes(name)) return 'dispatch';
    return foldersOfHome.includes(name) ? 'others' : 'nobody';
  }
  if (name === 'format.json' || name === '.gitignore') return 'dispatch';
  return filesOfHome.includes(name) || isTemporary(name, /./) ? 'others' : 'nobody';
}

function judgeGitignore(files: StoreFiles, departures: Departures): void {
  const reading = files.read('.gitignore', departures);
  if (reading.kind === 'barred') return;
  const lines = reading.kind === 'there' ? reading.value.toString('utf8').split('\n') : [];
  if (!lines.includes('*'))
    departures.add('gitignore_missing', '.gitignore', 'has no line "*": git would take the store in');
}

function judgeSupervisor(files: StoreFiles, departures: Departures): void {
  judgeEntries(entriesIn(files, 'supervisor', departures), departures, ({ name, kind }) => {
    if (kind === 'folder') return name === 'lease' ? 'dispatch' : 'nobody';
    return name === 'supervisor.log' || isTemporary(name, /^lease$/) ? 'dispatch' : 'nobody';
  });
  const links = entriesIn(files, 'supervisor/lease', departures);
  const isLink = ({ name, kind }: Entry): boolean => kind === 'file' && /^(0|[1-9]\d{0,14})$/.test(name);
  judgeEntries(links, departures, (entry) => (isLink(entry) ? 'dispatch' : 'nobody'));
  for (const { path } of links.filter(isLink)) {
    const record = files.json(path, departures);
    // The owner of a later link removes the old ones.
    if (record.kind === 'there' && !isLeaseRecord(record.value))
      departures.add('lease_record', path, 'names no holder, and is no release');
  }
}

function judgeTasks(files: StoreFiles, departures: Departures): string[] {
  const reading = files.entries('tasks', departures);
  if (reading.kind === 'missing')
    departures.add('folder_missing', 'tasks', 'there is no folder of the tasks');
  if (reading.kind !== 'there') return [];
  const ids: string[] = [];
  for (const { name, path, kind, mode } of reading.value) {
    // What is built aside or being deleted is no task, whatever is in it.
    if (kind === 'folder' && /^\.(new|gone)-/.test(name)) continue;
    if (kind === 'folder' && isTaskId(name)) {
      ids.push(name);
      judgeMode({ path, kind, mode }, departures);
    } else if (kind === 'folder' && files.entry(`${path}/events.jsonl`, departures) !== null)
      departures.add('name_of_task', path, 'holds a journal, but its name is no task id');
    else departures.add('foreign_file', path, 'the format knows nothing of that name here');
  }
  return ids;
}
