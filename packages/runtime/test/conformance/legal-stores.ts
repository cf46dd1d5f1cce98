import { chmodSync, mkdirSync } from 'node:fs';
import { taskIds, type LaidOut } from './laid-out.ts';

/** A change of the good store that a writer may make, or that a crash may leave; readers cope with each. */
export interface LegalStore {
  what: string;
  change(store: LaidOut): void;
}

const { paint, measure, choose } = taskIds;

export const legalStores: readonly LegalStore[] = [
  {
    what: 'two hosts that have taken note of a task, one of them twice',
    change(store) {
      const lines = store.read(store.of('paint', 'events.jsonl')).split('\n').slice(0, -1);
      const markAt = (count: number): string => {
        const { sequence, nonce } = JSON.parse(lines[count - 1]!) as { sequence: number; nonce: string };
        const bytes = Buffer.byteLength(`${lines.slice(0, count).join('\n')}\n`);
        return `${paint}.${sequence}.${bytes}.${nonce}`;
      };
      store.write(`cursors/host/${markAt(6)}`, '');
      store.write(`cursors/host/${markAt(lines.length)}`, '');
      store.write(`cursors/another-host/${markAt(1)}`, '');
    },
  },
  {
    what: 'what a worker said last of how far it has come',
    change: (store) => store.write(`tasks/${paint}/mailbox/progress`, 'Half of it.'),
  },
  { what: 'no snapshot', change: (store) => store.dropSnapshot('paint') },
  {
    what: 'a snapshot that the journal has left behind',
    change: (store) => store.append('paint', store.next('paint')),
  },
  {
    what: 'a snapshot in the hand of another writer',
    change(store) {
      const path = store.of('paint', 'task.json');
      const { hash: _old, ...rest } = JSON.parse(store.read(path)) as Record<string, unknown>;
      const reordered = Object.fromEntries(Object.entries(rest).reverse());
      // On one line, but for its end.
      store.write(path, store.signedText(`${JSON.stringify(reordered).slice(0, -1)},\n "hash": ""\n}\n`));
    },
  },
  {
    what: 'lines that came second',
    change(store) {
      const late = store.next('choose', { nonce: 'secondcome23', message: 'too late' });
      store.append('choose', store.next('choose'));
      store.append('choose', late);
      store.append('choose', store.next('choose', { sequence: 1, nonce: 'muchtoolate2' }));
    },
  },
  {
    what: 'a stump that was closed, remarks and an empty line',
    change: (store) =>
      store.append(
        'choose',
        `${store.next('choose').slice(0, 50)}#\n${store.next('choose')}#\n# a remark\n\n`,
      ),
  },
  {
    what: 'a closed stump that ends within a character',
    change: (store) =>
      store.append(
        'choose',
        Buffer.concat([Buffer.from('{"message":"sch'), Buffer.from([0xc3]), Buffer.from('#\n')]),
      ),
  },
  {
    what: 'a line behind the stump of another one, and written again',
    change(store) {
      const line = store.next('choose', { nonce: 'behindastump' });
      store.append('choose', store.next('choose').slice(0, 50) + line + store.next('choose'));
    },
  },
  {
    what: 'a gap that a repair names, wherever that stands',
    change(store) {
      store.append('choose', store.next('choose', { sequence: 10, nonce: 'behindthegap' }));
      store.append(
        'choose',
        store.next('choose', {
          sequence: 11,
          kind: 'repaired',
          nonce: 'repairing234',
          data: { missing_from: 7, missing_to: 9 },
        }),
      );
    },
  },
  {
    what: 'fields of tomorrow in events and records',
    change(store) {
      store.append('choose', store.next('choose', { colour: 'green', data: { coats: 2 } }));
      store.record(`tasks/${paint}/outputs/attempt-001.exit.json`, (exit) => (exit['colour'] = 'green'));
      store.record('format.json', (format) => (format['colour'] = 'green'));
    },
  },
  {
    what: 'a root that was moved, and a snapshot from there',
    change(store) {
      const root = { path: '/srv/new/.dispatch', dev: '1', ino: '2' };
      store.append('choose', store.next('choose', { kind: 'root_adopted', data: { root, copy: false } }));
      store.snapshotAt('choose', '/srv/new/.dispatch');
    },
  },
  {
    what: 'what writers that were killed have left',
    change(store) {
      for (const path of [
        `tasks/${paint}/.task.json.abcdefgh2345`,
        `tasks/${paint}/mailbox/.003.question.abcdefgh2345`,
        `tasks/${paint}/outputs/.attempt-001.workspace.json.abcdefgh2345`,
        `tasks/${paint}/outputs/attempt-001.abcdefgh2345.77.claim`,
        `tasks/${paint}/outputs/attempt-002.abcdefgh2345.prompt.md`,
        `tasks/.new-1m8pd00000abcd.abcdefgh2345/events.jsonl`,
        `tasks/.gone-1m8pd00000abcd/events.jsonl`,
        `keys/.${'0'.repeat(64)}.abcdefgh2345`,
        'index/.boot_id.abcdefgh2345',
        'supervisor/.lease.abcdefgh2345',
      ])
        store.write(path, '{"half');
    },
  },
  {
    what: 'the marker of an attempt to come',
    change: (store) => store.write(`index/active/${choose}.1`, ''),
  },
  {
    what: 'letters that are not yet counted',
    change(store) {
      store.write(`tasks/${choose}/mailbox/002.question`, 'With knots?');
      store.write(`tasks/${choose}/mailbox/001.answer`, 'Oak.');
      store.write(`tasks/${choose}/mailbox/1000.question`, 'And the thousandth?');
    },
  },
  {
    what: 'an acknowledgement by hand',
    change: (store) => store.write(`tasks/${paint}/mailbox/002.done`, ''),
  },
  {
    what: 'an answer longer than a letter, of which the first mebibyte counts',
    change(store) {
      const text = 'x'.repeat(1024 * 1024);
      store.write(`tasks/${paint}/mailbox/002.answer`, `${text} and more`);
      store.write(`tasks/${paint}/mailbox/002.done`, '');
      const answer = { path: 'mailbox/002.answer', sha256: store.sha256(text), bytes: text.length };
      store.journal('paint', (lines) => {
        const answered = lines.findLast(({ kind }) => kind === 'question_answered');
        answered!.data['answer'] = answer;
      });
    },
  },
  {
    what: 'files of the worker, as open as it made them',
    change(store) {
      for (const name of ['plan.md', 'output.md', 'context.md', 'mailbox/.done']) {
        store.write(`tasks/${measure}/${name}`, 'mine\n');
        chmodSync(store.path(`tasks/${measure}/${name}`), 0o666);
      }
    },
  },
  {
    what: "a user's own folder that is a store as well",
    change(store) {
      for (const name of ['config.yaml', 'config.schema.json', 'roots', 'trusted']) store.write(name, '');
      mkdirSync(store.path('runtime/grants'), { recursive: true });
    },
  },
  {
    what: 'a task of which nothing but the journal counts yet',
    change(store) {
      store.journal('wait', (lines) => lines.splice(2));
      for (const name of store.names(store.of('wait', 'outputs')))
        if (!name.endsWith('.prompt.md')) store.remove(store.of('wait', `outputs/${name}`));
    },
  },
  {
    what: 'a lease that is held, and one that was released',
    change(store) {
      const root = { path: '/srv/project/.dispatch', dev: '1', ino: '2' };
      const holder = { pid: 7, start_time: '1', boot_id: 'b', host: 'h', pid_namespace: '1', root };
      store.write('supervisor/lease/1', `${JSON.stringify(holder)}\n`);
      store.write('supervisor/lease/2', '{"released":true,"by":7}\n');
    },
  },
  {
    what: 'a store without what only dispatch itself needs',
    change(store) {
      for (const name of ['cursors', 'supervisor']) store.remove(name);
    },
  },
];
