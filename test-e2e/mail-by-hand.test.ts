// Nothing but files: the mailbox works with `mv` and an editor.
import { closeSync, existsSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelServer } from './harness/index.ts';
import {
  cleanUpAfterEach,
  installAgents,
  isDispatch,
  livingProcesses,
  marked,
  shell,
  startModelServer,
  text,
  toolResults,
  until,
  userTexts,
} from './harness/index.ts';
import type { Stage } from './harness/stage.ts';
import { bothAgents, setStage, taskFolderIn } from './harness/stage.ts';

let model: ModelServer;

const putQuestion = (folder: string) =>
  `cd '${folder}/mailbox' && echo 'Which way?' > .draft && mv .draft 001.question`;

beforeAll(async () => {
  await installAgents();
  model = await startModelServer({
    stops: [
      ({ conversation }) => shell(putQuestion(taskFolderIn(conversation))),
      text('I stop.'),
      text('Left it is.'),
    ],
    watches: [
      ({ conversation }) =>
        shell(
          `${putQuestion(taskFolderIn(conversation))}; until [ -e 001.answer ]; do sleep 0.1; done; ` +
            'cat 001.answer && : > 001.done',
        ),
      text('Went there.'),
    ],
  });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

describe.each(bothAgents)('$agent', ({ agent }) => {
  /** A worker that put its question there and stopped; nobody of dispatch runs any more. */
  async function stopped(tag: string): Promise<{ stage: Stage; id: string; answer: string }> {
    const stage = await setStage(model, agent);
    const id = await stage.run('--prompt', `Go. ${marked('stops', tag)}`);
    const mailbox = join(stage.root, 'tasks', id, 'mailbox');
    await until(() => existsSync(join(mailbox, '001.question')), { what: 'the question lies there' });
    await until(
      () =>
        !livingProcesses().some(
          (one) => one.env.HOME === stage.home.home || (isDispatch(one) && one.cwd === stage.root),
        ),
      { what: 'agent and supervisor have left' },
    );
    return { stage, id, answer: join(mailbox, '001.answer') };
  }

  test('an answer that an editor wrote piece by piece is adopted by resume', async () => {
    const { stage, id, answer } = await stopped(`${agent}-editor`);
    const fd = openSync(answer, 'wx');
    for (const piece of ['To ', 'the ', 'left.\n']) {
      writeSync(fd, piece);
      await sleep(200);
    }
    closeSync(fd);
    // At once, as somebody types who has just left the editor.
    await stage.get(['resume', id]);
    await stage.get(['wait', id]);
    expect(await stage.status(id)).toMatchObject({
      status: 'completed',
      questions: [{ sequence: '001', answered_by: 'hand', taken_by: 'prompt' }],
      attempts: [{ attempt: 0 }, { attempt: 1, cause: 'answer', resumes_session: true }],
    });
    const requests = model.requestsOf(`stops ${agent}-editor`);
    expect(requests.map(({ step }) => step)).toEqual([0, 1, 2]);
    const last = userTexts(requests[2]!).at(-1);
    expect(last).toContain('Which way?');
    expect(last).toContain('To the left.');
    expect(readFileSync(answer, 'utf8')).toBe('To the left.\n');
  });

  test('an empty answer is none', async () => {
    const { stage, id, answer } = await stopped(`${agent}-empty`);
    writeFileSync(answer, ' \n');
    expect(await stage.ask('resume', id)).toMatchObject({ exitCode: 4, error: { code: 'message_missing' } });
    expect(await stage.status(id)).toMatchObject({ status: 'awaiting_user', reason: 'question' });
  });

  test('a worker that watches the folder takes the answer itself', async () => {
    const stage = await setStage(model, agent);
    const id = await stage.run('--prompt', `Go. ${marked('watches', `${agent}-self`)}`);
    const { task } = await stage.get<{ task: { artifacts: { mailbox_dir: string } } }>(['wait', id], 20);
    const { mailbox_dir: mailbox } = task.artifacts;
    writeFileSync(join(mailbox, '001.draft'), 'To the right.\n');
    renameSync(join(mailbox, '001.draft'), join(mailbox, '001.answer'));
    await until(async () => (await stage.status(id)).status === 'completed', { what: 'the task is done' });
    expect(await stage.status(id)).toMatchObject({
      questions: [{ sequence: '001', answered_by: 'hand', taken_by: 'hand' }],
      attempts: [{ attempt: 0, outcome: 'succeeded' }],
    });
    expect(toolResults(model.requestsOf(`watches ${agent}-self`)[1]!).join()).toContain('To the right.');
  });
});
