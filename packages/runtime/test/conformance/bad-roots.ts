import { chmodSync, mkdirSync, readdirSync, renameSync, symlinkSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import type { BadStore } from './bad-stores.ts';
import { taskIds, type LaidOut } from './laid-out.ts';

const { paint, measure, choose } = taskIds;
const dayOf = (store: LaidOut): string =>
  readdirSync(store.path('index')).find((name) => /^\d{8}$/.test(name))!;
const keyOf = (store: LaidOut, id: string): string =>
  readdirSync(store.path('keys'))
    .map((name) => `keys/${name}`)
    .find((path) => store.read(path).includes(id))!;
const keyOfPaint = (store: LaidOut): string => keyOf(store, paint);

export const inTheRoot: readonly BadStore[] = [
  {
    what: 'a format that is none',
    rule: 'format_number',
    path: 'format.json',
    damage: (store) => store.write('format.json', '{"format":"one"}\n'),
  },
  {
    what: 'a format of tomorrow',
    rule: 'format_number',
    path: 'format.json',
    damage: (store) => store.write('format.json', '{"format":2}\n'),
  },
  {
    what: 'no folder of the tasks',
    rule: 'folder_missing',
    path: 'tasks',
    damage(store) {
      for (const name of ['tasks', 'index', 'keys']) store.remove(name);
    },
  },
  {
    what: 'a file that nobody knows',
    rule: 'foreign_file',
    path: 'notes.txt',
    damage: (store) => store.write('notes.txt', 'mine\n'),
  },
  {
    what: 'a file among the tasks',
    rule: 'foreign_file',
    path: 'tasks/notes.txt',
    damage: (store) => store.write('tasks/notes.txt', 'mine\n'),
  },
  {
    what: 'a link in place of the folder of leases, with one behind it that is none',
    rule: 'link_planted',
    path: 'supervisor',
    damage(store) {
      store.write('supervisor/lease/7', 'nobody');
      renameSync(store.path('supervisor'), `${store.folder}/elsewhere`);
      symlinkSync(`${store.folder}/elsewhere`, store.path('supervisor'));
    },
  },
  {
    what: 'a link in place of a folder',
    rule: 'link_planted',
    path: 'cursors',
    damage(store) {
      store.remove('cursors');
      symlinkSync('/srv', store.path('cursors'));
    },
  },
  {
    what: 'a journal that may not be read',
    rule: 'unreadable',
    path: `tasks/${choose}/events.jsonl`,
    damage: (store) => makeUnreadable(store, `tasks/${choose}/events.jsonl`),
  },
  {
    what: 'a record that others may read',
    rule: 'mode_of_file',
    path: 'format.json',
    damage: (store) => chmodSync(store.path('format.json'), 0o644),
  },
  {
    what: 'a folder that others may enter',
    rule: 'mode_of_folder',
    path: 'keys',
    damage: (store) => chmodSync(store.path('keys'), 0o755),
  },
  {
    what: 'a root that others may write',
    rule: 'mode_of_folder',
    path: '.',
    damage: (store) => chmodSync(store.root, 0o777),
  },
  {
    what: 'no .gitignore',
    rule: 'gitignore_missing',
    path: '.gitignore',
    damage: (store) => store.remove('.gitignore'),
  },
  {
    what: 'a link of the lease that names nobody',
    rule: 'lease_record',
    path: 'supervisor/lease/7',
    damage: (store) => store.write('supervisor/lease/7', '{"pid":12}\n'),
  },
];

/** Root may read everything, so the store is given to another user and looked at as that one. */
function makeUnreadable(store: LaidOut, path: string): void {
  if (process.getuid?.() === 0) execFileSync('chown', ['-R', '65534', store.folder]);
  chmodSync(store.path(path), 0);
}

export const inTheIndex: readonly BadStore[] = [
  {
    what: 'no marker of an open task',
    rule: 'marker_missing',
    path: `index/active/${choose}.0`,
    damage: (store) => store.remove(`index/active/${choose}.0`),
  },
  {
    what: 'no marker of the day',
    rule: 'marker_missing',
    path: (store) => `index/${dayOf(store)}/${paint}`,
    damage: (store) => store.remove(`index/${dayOf(store)}/${paint}`),
  },
  {
    what: 'a second marker, under a day that is not that of the id',
    rule: 'marker_day',
    path: `index/20200101/${paint}`,
    damage: (store) => store.write(`index/20200101/${paint}`, ''),
  },
  {
    what: 'a marker without the number of an attempt',
    rule: 'marker_foreign',
    path: `index/active/${choose}`,
    damage: (store) => store.write(`index/active/${choose}`, ''),
  },
  {
    what: 'a marker that is not empty',
    rule: 'marker_foreign',
    path: `index/active/${choose}.0`,
    damage: (store) => store.write(`index/active/${choose}.0`, 'yes\n'),
  },
  {
    what: 'a marker of a task that is over',
    rule: 'marker_left',
    path: `index/active/${paint}.1`,
    damage: (store) => store.write(`index/active/${paint}.1`, ''),
  },
  {
    what: 'a marker of a task that is not there',
    rule: 'marker_without_task',
    path: 'index/active/1m8pd00000abcd.0',
    damage: (store) => store.write('index/active/1m8pd00000abcd.0', ''),
  },
];

/** Where the journal of the painted door ends, as a bookmark says it. */
function bookmarkOfPaint(store: LaidOut, change: { sequence?: number } = {}): string {
  const journal = store.read(store.of('paint', 'events.jsonl'));
  const last = JSON.parse(journal.trimEnd().split('\n').at(-1)!) as { sequence: number; nonce: string };
  const { sequence = last.sequence } = change;
  return `cursors/host/${paint}.${sequence}.${Buffer.byteLength(journal)}.${last.nonce}`;
}

export const ofCursors: readonly BadStore[] = [
  {
    what: 'a file among the cursors that is no bookmark',
    rule: 'cursor_foreign',
    path: 'cursors/host/read-up-to-here',
    damage: (store) => store.write('cursors/host/read-up-to-here', ''),
  },
  {
    what: 'a bookmark that is not empty',
    rule: 'cursor_foreign',
    path: bookmarkOfPaint,
    damage: (store) => store.write(bookmarkOfPaint(store), 'yes\n'),
  },
  {
    what: 'a bookmark at another event than its name says',
    rule: 'cursor_position',
    path: (store) => bookmarkOfPaint(store, { sequence: 3 }),
    damage: (store) => store.write(bookmarkOfPaint(store, { sequence: 3 }), ''),
  },
  {
    what: 'a bookmark of a task that is not there',
    rule: 'cursor_without_task',
    path: 'cursors/host/1m8pd00000abcd.3.900.abcdefghjkmn',
    damage: (store) => store.write('cursors/host/1m8pd00000abcd.3.900.abcdefghjkmn', ''),
  },
  {
    what: 'a cursor with a name that none has',
    rule: 'foreign_file',
    path: 'cursors/My Host',
    damage: (store) => mkdirSync(store.path('cursors/My Host'), { mode: 0o700 }),
  },
];

export const ofKeys: readonly BadStore[] = [
  {
    what: 'a key that names a path instead of a task',
    rule: 'key_schema',
    path: keyOfPaint,
    damage: (store) => store.record(keyOfPaint(store), (key) => (key['task_id'] = '../../elsewhere')),
  },
  {
    what: 'a key that stands for a task that was made without one',
    rule: 'key_mismatch',
    path: `keys/${'0'.repeat(64)}`,
    damage: (store) =>
      store.write(`keys/${'0'.repeat(64)}`, `${JSON.stringify({ task_id: measure, input_sha256: '1' })}\n`),
  },
  {
    what: 'a key of a task that is there, retired',
    rule: 'key_mismatch',
    path: keyOfPaint,
    damage: (store) => store.record(keyOfPaint(store), (key) => (key['pruned'] = true)),
  },
  {
    what: 'a key that stands for a task that is gone, while one was made under it',
    rule: 'key_mismatch',
    path: keyOfPaint,
    damage: (store) =>
      store.record(keyOfPaint(store), (key) =>
        Object.assign(key, { task_id: '1m8pd00000abcd', pruned: true }),
      ),
  },
  {
    what: 'a task whose key is gone',
    rule: 'key_missing',
    path: (store) =>
      `keys/${String((JSON.parse(store.read(store.of('paint', 'task.json'))) as Record<string, unknown>)['key_sha256'])}`,
    damage: (store) => store.remove(keyOfPaint(store)),
  },
  {
    what: 'a key of a task that never was',
    rule: 'key_without_task',
    path: `keys/${'0'.repeat(64)}`,
    damage: (store) =>
      store.write(
        `keys/${'0'.repeat(64)}`,
        `${JSON.stringify({ task_id: '1m8pd00000abcd', input_sha256: '1' })}\n`,
      ),
  },
];
