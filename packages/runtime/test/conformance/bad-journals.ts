import { renameSync } from 'node:fs';
import type { BadStore } from './bad-stores.ts';
import { taskIds } from './laid-out.ts';

const { choose, measure } = taskIds;
const journal = `tasks/${choose}/events.jsonl`;
const snapshot = `tasks/${measure}/task.json`;

export const inTheJournal: readonly BadStore[] = [
  {
    what: 'a task folder without a journal',
    rule: 'journal_missing',
    path: journal,
    damage: (store) => store.remove(journal),
  },
  {
    what: 'an empty journal',
    rule: 'journal_begins',
    path: journal,
    damage(store) {
      store.write(journal, '');
      store.dropSnapshot('choose');
    },
  },
  {
    what: 'a journal that begins in the middle',
    rule: 'journal_begins',
    path: journal,
    line: 1,
    damage: (store) => store.journal('choose', (lines) => (lines[0]!.kind = 'note')),
  },
  {
    what: 'a line that is nothing',
    rule: 'journal_line',
    path: journal,
    line: 7,
    damage: (store) => store.append('choose', 'a human was here\n'),
  },
  {
    what: 'a hole of zero bytes',
    rule: 'journal_line',
    path: journal,
    line: 7,
    damage: (store) => store.append('choose', `${'\0'.repeat(200)}\n`),
  },
  {
    what: 'a sequence that is none',
    rule: 'journal_line',
    path: journal,
    line: 7,
    damage: (store) => store.append('choose', store.next('choose', { sequence: 7.5 })),
  },
  {
    what: 'an event that is missing',
    rule: 'journal_sequence',
    path: journal,
    line: 3,
    damage: (store) => store.journal('choose', (lines) => lines.splice(2, 1)),
  },
  {
    what: 'a repair that does not name all that is missing',
    rule: 'journal_sequence',
    path: journal,
    line: 7,
    damage: (store) =>
      store.append(
        'choose',
        store.next('choose', { sequence: 10, kind: 'repaired', data: { missing_from: 7, missing_to: 8 } }),
      ),
  },
  {
    what: 'a stump at its end',
    rule: 'journal_tail',
    path: journal,
    line: 7,
    damage: (store) => store.append('choose', store.next('choose').slice(0, 40)),
  },
  {
    what: 'a line that one write may tear',
    rule: 'line_length',
    path: journal,
    line: 7,
    damage: (store) => store.append('choose', store.next('choose', { message: 'x'.repeat(4000) })),
  },
  {
    what: 'a line without an end in sight',
    rule: 'line_length',
    path: journal,
    line: 7,
    damage: (store) => store.append('choose', `{"message":"${'x'.repeat(1_200_000)}"}\n`),
  },
  {
    what: 'a line that is no UTF-8',
    rule: 'line_encoding',
    path: journal,
    line: 7,
    damage: (store) =>
      store.append('choose', Buffer.from(store.next('choose', { message: 'sch\u00f6n' }), 'latin1')),
  },
  {
    what: 'an event without what its kind carries',
    rule: 'event_schema',
    path: journal,
    line: 7,
    damage: (store) => store.append('choose', store.next('choose', { kind: 'cancel_requested' })),
  },
  {
    what: 'a time of another form',
    rule: 'event_timestamp',
    path: journal,
    line: 7,
    damage: (store) => store.append('choose', store.next('choose', { timestamp: '30 Nov 2026 15:00' })),
  },
  {
    what: 'an event that the lifecycle does not allow',
    rule: 'event_without_effect',
    path: journal,
    line: 7,
    damage: (store) =>
      store.append(
        'choose',
        store.next('choose', { kind: 'working_again', fold_version: 1, data: { attempt: 0 } }),
      ),
  },
  {
    what: 'an event behind the last one of a task that was pruned',
    rule: 'event_without_effect',
    path: `tasks/${measure}/events.jsonl`,
    line: 12,
    damage(store) {
      store.append('measure', store.next('measure', { kind: 'pruned', fold_version: 1 }));
      store.append('measure', store.next('measure', { nonce: 'afterwards23' }));
    },
  },
  {
    what: 'a change of status that does not say who understands it',
    rule: 'fold_version_missing',
    path: journal,
    line: 5,
    damage: (store) => store.journal('choose', (lines) => delete lines[4]!['fold_version']),
  },
  {
    what: 'a writer with one nonce for all',
    rule: 'nonce_repeated',
    path: journal,
    line: 8,
    damage(store) {
      store.append('choose', store.next('choose'));
      store.append('choose', store.next('choose'));
    },
  },
  {
    what: 'a kind of tomorrow',
    rule: 'unknown_kind',
    path: journal,
    line: 7,
    damage: (store) => store.append('choose', store.next('choose', { kind: 'painted', data: { coats: 2 } })),
  },
  {
    what: 'a change of status of tomorrow',
    rule: 'newer_version',
    path: journal,
    line: 7,
    damage: (store) =>
      store.append('choose', store.next('choose', { kind: 'painted', fold_version: 2, data: { coats: 2 } })),
  },
  {
    what: 'a folder that was renamed',
    rule: 'task_id',
    path: 'tasks/1m8pdg595xabcd/events.jsonl',
    line: 1,
    damage(store) {
      renameSync(store.path(`tasks/${choose}`), store.path('tasks/1m8pdg595xabcd'));
      store.remove('tasks/1m8pdg595xabcd/task.json');
      const day = store.dayOf('choose');
      for (const folder of [`index/${day}/`, 'index/active/'])
        for (const name of store.names(folder).filter((one) => one.startsWith(choose)))
          renameSync(store.path(folder + name), store.path(folder + name.replace(choose, '1m8pdg595xabcd')));
    },
  },
];

export const inTheSnapshot: readonly BadStore[] = [
  {
    what: 'a snapshot that was edited',
    rule: 'snapshot_hash',
    path: snapshot,
    damage: (store) => store.write(snapshot, store.read(snapshot).replace('"completed"', '"failed"')),
  },
  {
    what: 'a torn snapshot',
    rule: 'snapshot_hash',
    path: snapshot,
    damage: (store) => store.write(snapshot, store.read(snapshot).slice(0, 500)),
  },
  {
    what: 'a snapshot without a field',
    rule: 'snapshot_schema',
    path: snapshot,
    damage: (store) => store.snapshot('measure', (value) => delete value['title']),
  },
  {
    what: 'a snapshot of an event that is not there',
    rule: 'snapshot_position',
    path: snapshot,
    damage: (store) => store.snapshot('measure', (value) => (value['nonce'] = 'another23456')),
  },
  {
    what: 'a snapshot that says more than the journal',
    rule: 'snapshot_fold',
    path: snapshot,
    damage: (store) => store.snapshot('measure', (value) => (value['status'] = 'failed')),
  },
  {
    what: 'a snapshot that leads elsewhere with one of its paths',
    rule: 'snapshot_fold',
    path: snapshot,
    damage: (store) =>
      store.snapshot('measure', (value) => {
        (value['artifacts'] as Record<string, string>)['plan_file'] = '/etc/passwd';
      }),
  },
  {
    what: 'the snapshot of a folder that the task was never in',
    rule: 'snapshot_elsewhere',
    path: snapshot,
    damage: (store) =>
      store.write(
        snapshot,
        store.signed(
          store.read(snapshot).replaceAll(`/srv/project/.dispatch/tasks`, '/srv/other/.dispatch/tasks'),
        ),
      ),
  },
  {
    what: 'a snapshot with a field of tomorrow',
    rule: 'unknown_field',
    path: snapshot,
    damage: (store) => store.snapshot('measure', (value) => (value['colour'] = 'green')),
  },
  {
    what: 'a snapshot of a fold of tomorrow',
    rule: 'newer_version',
    path: snapshot,
    damage: (store) => store.snapshot('measure', (value) => (value['fold_version'] = 2)),
  },
];
