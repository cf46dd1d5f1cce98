import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { markPrinting, putDone, putQuestion, sha256 } from '@dispatch/core';
import { answerQuestion, resumeTask } from '../../src/index.ts';
import { StoreInAFolder } from '../setup/store-in-a-folder.ts';

let store: StoreInAFolder;

beforeEach(() => {
  store = new StoreInAFolder();
});
afterEach(() => store.remove());

it.each(['after the end was journalled', 'before anybody saw the end'])(
  'an answer that an `ask` without its agent took is given again: %s',
  async (when) => {
    const { task_id: id } = await store.run('exec sleep 600');
    const { mailbox_dir: mailbox, outputs_dir: outputs } = store.task(id).artifacts;
    void store.superviseHere();
    putQuestion(mailbox, 'Which?', Date.now());
    await store.shows(
      id,
      'question and leader',
      ({ questions, attempts }) => questions.length === 1 && attempts[0]?.leader != null,
    );
    const end = (): void => {
      const { claim, leader } = store.task(id).attempts[0]!;
      process.kill(claim!.pid!, 'SIGKILL');
      process.kill(leader!.pid, 'SIGKILL');
    };
    const take = (): void => {
      answerQuestion(store.dispatcher(), id, { message: 'that one', question: null });
      markPrinting(mailbox, '001');
      putDone(mailbox, '001', { taken_by: 'ask', answer_sha256: sha256('that one') });
    };
    if (when.startsWith('before')) await store.leave();
    end();
    if (when.startsWith('after')) {
      writeFileSync(join(mailbox, 'look'), '');
      await store.shows(id, 'the end', ({ attempts }) => attempts[0]?.phase === 'ended');
    }
    take();
    if (when.startsWith('before')) void store.superviseHere();
    await store.shows(id, 'the answer', ({ reason }) => reason === 'answered');
    await resumeTask(store.dispatcher(), id, {
      message: null,
      execution_mode: null,
      task_mode: null,
      fresh: null,
    });
    const prompt = readdirSync(outputs).find((name) => /^attempt-001\..*\.prompt\.md$/.test(name));
    const given = readFileSync(join(outputs, prompt!), 'utf8');
    expect(given).toContain('that one');
    expect(given).toContain('may be a repetition');
  },
);
