import { renameSync, symlinkSync } from 'node:fs';
import type { BadStore } from './bad-stores.ts';
import { taskIds, type LaidOut } from './laid-out.ts';

const { paint, measure, choose, wait } = taskIds;
const outputs = (id: string, name: string): string => `tasks/${id}/outputs/${name}`;
const mailbox = (name: string): string => `tasks/${paint}/mailbox/${name}`;

const messageOf = (store: LaidOut): string =>
  store.of('measure', `messages/${store.names(store.of('measure', 'messages'))[0]}`);

export const inTheTask: readonly BadStore[] = [
  {
    what: 'a task under a name that is no id',
    rule: 'name_of_task',
    path: 'tasks/paint-the-door',
    damage: (store) => store.write('tasks/paint-the-door/events.jsonl', ''),
  },
  {
    what: 'a folder of a task that is missing',
    rule: 'folder_missing',
    path: `tasks/${choose}/messages`,
    damage: (store) => store.remove(`tasks/${choose}/messages`),
  },
  {
    what: 'a file that the worker was not to write',
    rule: 'foreign_file',
    path: `tasks/${choose}/notes.md`,
    damage: (store) => store.write(`tasks/${choose}/notes.md`, ''),
  },
  {
    what: 'a link in place of the journal',
    rule: 'link_planted',
    path: `tasks/${choose}/events.jsonl`,
    damage(store) {
      renameSync(store.path(`tasks/${choose}/events.jsonl`), `${store.folder}/elsewhere`);
      symlinkSync(`${store.folder}/elsewhere`, store.path(`tasks/${choose}/events.jsonl`));
    },
  },
  {
    what: 'a folder in place of the snapshot',
    rule: 'link_planted',
    path: `tasks/${choose}/task.json`,
    damage(store) {
      store.remove(`tasks/${choose}/task.json`);
      store.write(`tasks/${choose}/task.json/x`, '');
      store.remove(`tasks/${choose}/task.json/x`);
    },
  },
  {
    what: 'a link in place of a folder, with a message behind it that is another',
    rule: 'link_planted',
    path: `tasks/${measure}/messages`,
    damage(store) {
      store.write(messageOf(store), 'of somebody else');
      renameSync(store.path(`tasks/${measure}/messages`), `${store.folder}/elsewhere`);
      symlinkSync(`${store.folder}/elsewhere`, store.path(`tasks/${measure}/messages`));
    },
  },
  {
    what: 'a file in place of the mailbox',
    rule: 'link_planted',
    path: `tasks/${choose}/mailbox`,
    damage(store) {
      store.remove(`tasks/${choose}/mailbox`);
      store.write(`tasks/${choose}/mailbox`, '');
    },
  },
  {
    what: 'a body that lies outside of the task',
    rule: 'body_path',
    path: `tasks/${choose}/events.jsonl`,
    line: 1,
    damage: (store) =>
      store.journal('choose', ([first]) => {
        (first!.data['prompt'] as Record<string, unknown>)['path'] = '../../format.json';
      }),
  },
  {
    what: 'a message that is gone',
    rule: 'body_missing',
    path: messageOf,
    damage: (store) => store.remove(messageOf(store)),
  },
  {
    what: 'a prompt that was changed',
    rule: 'body_hash',
    path: `tasks/${choose}/prompt.md`,
    damage: (store) => store.write(`tasks/${choose}/prompt.md`, 'CHOOSE the WOOD.'),
  },
];

export const inTheMailbox: readonly BadStore[] = [
  {
    what: 'a question without zeros before its number',
    rule: 'mailbox_name',
    path: mailbox('3.question'),
    damage: (store) => store.write(mailbox('3.question'), 'And the handle?'),
  },
  {
    what: 'an answer to nothing',
    rule: 'letter_alone',
    path: mailbox('003.answer'),
    damage: (store) => store.write(mailbox('003.answer'), 'Brass.'),
  },
  {
    what: 'a question that is gone',
    rule: 'question_missing',
    path: `tasks/${choose}/mailbox/001.question`,
    damage: (store) => store.remove(`tasks/${choose}/mailbox/001.question`),
  },
  {
    what: 'another question under a number that was counted',
    rule: 'question_hash',
    path: `tasks/${choose}/mailbox/001.question`,
    damage: (store) => store.write(`tasks/${choose}/mailbox/001.question`, 'Or glass?'),
  },
  {
    what: 'an answer that was changed after it was given',
    rule: 'body_hash',
    path: mailbox('002.answer'),
    damage(store) {
      store.write(mailbox('002.answer'), 'Brown.');
      // By hand: it says nothing of what was handed over.
      store.write(mailbox('002.done'), '');
    },
  },
  {
    what: 'an acknowledgement that says anything',
    rule: 'done_record',
    path: mailbox('002.done'),
    damage: (store) => store.write(mailbox('002.done'), 'thanks'),
  },
  {
    what: 'an acknowledgement of another answer',
    rule: 'done_hash',
    path: mailbox('002.done'),
    damage: (store) => store.record(mailbox('002.done'), (done) => (done['answer_sha256'] = 'f'.repeat(64))),
  },
  {
    what: 'no acknowledgement of an answer that was taken',
    rule: 'done_missing',
    path: mailbox('001.done'),
    damage: (store) => store.remove(mailbox('001.done')),
  },
];

export const inTheOutputs: readonly BadStore[] = [
  {
    what: 'a file that no attempt has',
    rule: 'foreign_file',
    path: outputs(choose, 'core.1234'),
    damage: (store) => store.write(outputs(choose, 'core.1234'), ''),
  },
  {
    what: 'a claim that is none',
    rule: 'claim_schema',
    path: outputs(paint, 'attempt-001.process.json'),
    damage: (store) =>
      store.record(outputs(paint, 'attempt-001.process.json'), (claim) => delete claim['pid']),
  },
  {
    what: 'a claim of another process than was journalled',
    rule: 'claim_changed',
    path: outputs(paint, 'attempt-001.process.json'),
    damage: (store) =>
      store.record(outputs(paint, 'attempt-001.process.json'), (claim) => (claim['pid'] = 1)),
  },
  {
    what: 'a claim that is gone',
    rule: 'claim_changed',
    path: outputs(wait, 'attempt-000.process.json'),
    damage: (store) => store.remove(outputs(wait, 'attempt-000.process.json')),
  },
  {
    what: 'a torn exit record',
    rule: 'exit_schema',
    path: outputs(measure, 'attempt-000.exit.json'),
    damage: (store) => store.write(outputs(measure, 'attempt-000.exit.json'), '{"attempt_nonce":"'),
  },
  {
    what: 'the exit record of another attempt',
    rule: 'attempt_nonce',
    path: outputs(measure, 'attempt-000.exit.json'),
    damage: (store) =>
      store.record(
        outputs(measure, 'attempt-000.exit.json'),
        (exit) => (exit['attempt_nonce'] = 'another23456'),
      ),
  },
  {
    what: 'the claim of another attempt',
    rule: 'attempt_nonce',
    path: outputs(measure, 'attempt-000.process.json'),
    damage: (store) =>
      store.record(
        outputs(measure, 'attempt-000.process.json'),
        (claim) => (claim['attempt_nonce'] = 'another23456'),
      ),
  },
  {
    what: 'a prompt that is called after another attempt',
    rule: 'attempt_nonce',
    path: outputs(choose, 'attempt-007.abcdefgh2345.prompt.md'),
    damage(store) {
      renameSync(
        store.path(store.output('choose', /\.prompt\.md$/)),
        store.path(outputs(choose, 'attempt-007.abcdefgh2345.prompt.md')),
      );
      store.journal('choose', (lines) => {
        (lines[1]!.data['prompt'] as Record<string, unknown>)['path'] =
          'outputs/attempt-007.abcdefgh2345.prompt.md';
      });
    },
  },
  {
    what: 'the log of an attempt that never was',
    rule: 'attempt_unknown',
    path: outputs(choose, 'attempt-001.stdout.log'),
    damage: (store) => store.write(outputs(choose, 'attempt-001.stdout.log'), ''),
  },
  {
    what: 'an attempt whose log is gone',
    rule: 'log_missing',
    path: outputs(choose, 'attempt-000.stdout.log'),
    damage: (store) => store.remove(outputs(choose, 'attempt-000.stdout.log')),
  },
  {
    what: 'a record of the workspace that is torn',
    rule: 'workspace_record',
    path: outputs(choose, 'attempt-000.workspace.json'),
    damage: (store) => store.write(outputs(choose, 'attempt-000.workspace.json'), '{"before"'),
  },
];
