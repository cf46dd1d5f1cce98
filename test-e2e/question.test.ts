// A worker asks by the very command of its prompt; the answer reaches it in the same turn, or the next attempt.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelServer } from './harness/index.ts';
import {
  cleanUpAfterEach,
  installAgents,
  marked,
  shell,
  startModelServer,
  text,
  toolResults,
  until,
  userTexts,
} from './harness/index.ts';
import type { SeenTask, Stage } from './harness/stage.ts';
import { askCommandIn, bothAgents, setStage, taskFolderIn } from './harness/stage.ts';

let model: ModelServer;
const question = 'Which colour, "red" or `blue`?';
const quoted = `'${question}'`;

beforeAll(async () => {
  await installAgents();
  model = await startModelServer({
    waits: [
      ({ conversation }) => shell(`${askCommandIn(conversation)} ${quoted}; echo "exit $?"`),
      text('The user has told me.'),
    ],
    gives_up: [
      ({ conversation }) => shell(`${askCommandIn(conversation)} --timeout 1s ${quoted}; echo "exit $?"`),
      ({ conversation }) => shell(`echo 'I need a colour.' > ${taskFolderIn(conversation)}/context.md`),
      text('I stop for an answer.'),
      text('Now I know, and am done.'),
    ],
    insists: [
      ({ conversation }) => shell(`${askCommandIn(conversation)} --timeout 1s ${quoted}; echo "exit $?"`),
      ({ conversation }) => shell(`${askCommandIn(conversation)} --timeout 60s ${quoted}; echo "exit $?"`),
      text('It was worth it.'),
    ],
    asks_again: [
      ({ conversation }) => shell(`${askCommandIn(conversation)} --timeout 1s ${quoted}; echo "exit $?"`),
      text('I stop.'),
      ({ conversation }) => shell(`${askCommandIn(conversation)} --timeout 1s ${quoted}; echo "exit $?"`),
      text('I stop again.'),
    ],
  });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

interface Inspected {
  task: SeenTask;
  pending_questions: { sequence: string; question: string; answer_path: string; done_path: string }[];
}

describe.each(bothAgents)('$agent', ({ agent }) => {
  async function asked(stage: Stage, marker: string): Promise<string> {
    const [script = '', tag = ''] = marker.split(' ');
    const id = await stage.run('--prompt', `Paint it. ${marked(script, tag)}`);
    await until(async () => (await stage.status(id)).reason === 'question', {
      what: 'the task has a question',
    });
    return id;
  }

  test('the answer reaches the worker that waits, in the same turn', async () => {
    const stage = await setStage(model, agent);
    const marker = `waits ${agent}-1`;
    const id = await asked(stage, marker);
    expect(await stage.get(['wait', id], 20)).toMatchObject({ task: { status: 'awaiting_user' } });
    const inspected = await stage.get<Inspected>(['inspect', id]);
    expect(inspected.task).toMatchObject({ status: 'awaiting_user', attempt_alive: true });
    expect(inspected.pending_questions).toMatchObject([{ sequence: '001', question }]);
    const listed = await stage.type(['questions']);
    expect(listed.stdout).toContain(question);
    expect(listed.stdout).toContain(id);

    const answered = await stage.get<{
      answered: string;
      answer_path: string;
      resumed: boolean;
      task: SeenTask;
    }>(['answer', ...[id, '--message', '-red, "please"\nand soon']]);
    expect(answered).toMatchObject({ answered: '001', resumed: false });
    expect(answered.answer_path).toBe(inspected.pending_questions[0]!.answer_path);
    await stage.get(['wait', id]);
    const task = await stage.status(id);
    expect(task).toMatchObject({
      status: 'completed',
      attempts: [{ attempt: 0 }],
      questions: [{ sequence: '001', answered_by: 'command', taken_by: 'ask' }],
    });
    expect(existsSync(inspected.pending_questions[0]!.done_path)).toBe(true);
    expect(model.turns(marker)).toEqual([1, 1]);
    const told = toolResults(model.requestsOf(marker)[1]!).join();
    expect(told).toContain('-red, "please"\nand soon\nexit 0');
    expect(told).not.toContain('may have been given');

    const again = await stage.ask('answer', id, '--message', 'blue');
    expect(again).toMatchObject({ exitCode: 4, error: { code: 'already_answered' } });
    expect(readFileSync(answered.answer_path, 'utf8')).toBe('-red, "please"\nand soon');
  });

  test('without an answer ask ends with 24, and a resume hands question and answer over', async () => {
    const stage = await setStage(model, agent);
    const marker = `gives_up ${agent}-2`;
    const id = await stage.run('--prompt', `Paint it. ${marked('gives_up', `${agent}-2`)}`);
    await until(() => model.requestsOf(marker).length === 3, { what: 'the worker has given up' });
    expect(toolResults(model.requestsOf(marker)[1]!).join()).toMatch(/context\.md[^]*exit 24/);
    await until(async () => (await stage.status(id)).attempt_alive === false, {
      what: 'the attempt has ended',
    });
    const stopped = await stage.status(id);
    expect(stopped).toMatchObject({ status: 'awaiting_user', reason: 'question', pending_question_count: 1 });
    expect(readFileSync(stopped.artifacts.context_file, 'utf8')).toBe('I need a colour.\n');
    expect((await stage.type(['status', id])).stdout).toMatch(/answer \w+ --message "…" --resume/);
    const early = await stage.ask('resume', id);
    expect(early).toMatchObject({ exitCode: 4, error: { code: 'message_missing' } });

    await stage.get(['answer', id, '--message', 'Red it is.']);
    expect(await stage.status(id)).toMatchObject({ status: 'awaiting_user', reason: 'answered' });
    expect((await stage.status(id)).attempts).toHaveLength(1);

    const resumed = await stage.get<{ task: SeenTask }>(['resume', id]);
    expect(resumed.task).toMatchObject({ status: 'running' });
    await stage.get(['wait', id]);
    const task = await stage.status(id);
    expect(task).toMatchObject({
      status: 'completed',
      attempts: [{ attempt: 0 }, { attempt: 1, cause: 'answer', resumes_session: true }],
      questions: [{ taken_by: 'prompt' }],
    });
    const requests = model.requestsOf(marker);
    expect(requests.map(({ step }) => step)).toEqual([0, 1, 2, 3]);
    const [first, second] = userTexts(requests[3]!);
    expect(first).toContain('Paint it.');
    expect(second).toContain(question);
    expect(second).toContain('Red it is.');
    expect(second).not.toContain('repetition');
    expect(second).not.toContain('You were interrupted');
    expect(requests[3]!.messages.map(({ text: words }) => words)).toContain('I stop for an answer.');
    expect(requests.map(({ session }) => session)).toEqual(Array(4).fill(task.session?.locator.value));
  });

  test('asked again, the same question is waited for', async () => {
    const stage = await setStage(model, agent);
    const marker = `insists ${agent}-3`;
    const id = await asked(stage, marker);
    await until(() => model.requestsOf(marker).length === 2, { what: 'the worker asks again' });
    expect(await stage.status(id)).toMatchObject({ reason: 'question', pending_question_count: 1 });
    await stage.get(['answer', id, '--message', 'Blue, then.']);
    await stage.get(['wait', id]);
    expect(await stage.status(id)).toMatchObject({
      status: 'completed',
      questions: [{ sequence: '001', taken_by: 'ask' }],
    });
    const [first = '', second = ''] = toolResults(model.requestsOf(marker)[2]!);
    expect(first).toContain('exit 24');
    expect(second).toContain('Blue, then.\nexit 0');
  });

  test('answer --resume goes on where nobody waits; a question may be put again once it is answered', async () => {
    const stage = await setStage(model, agent);
    const marker = `asks_again ${agent}-4`;
    const id = await asked(stage, marker);
    await until(async () => (await stage.status(id)).attempt_alive === false, {
      what: 'the attempt has ended',
    });
    const answered = await stage.get<{ resumed: boolean; task: SeenTask }>([
      'answer',
      ...[id, '--question', '1', '--message', 'Red.', '--resume'],
    ]);
    expect(answered).toMatchObject({ resumed: true, task: { status: 'running' } });
    await until(() => model.requestsOf(marker).length === 4, { what: 'the worker has asked once more' });
    await until(async () => (await stage.status(id)).attempt_alive === false, {
      what: 'the attempt has ended',
    });
    expect(await stage.status(id)).toMatchObject({
      status: 'awaiting_user',
      reason: 'question',
      attempts: [{ attempt: 0 }, { attempt: 1, cause: 'answer' }],
      questions: [
        { sequence: '001', taken_by: 'prompt' },
        { sequence: '002', question, taken_by: null },
      ],
    });
    expect(existsSync(join(stage.root, 'tasks', id, 'mailbox/001.done'))).toBe(true);
  });
});
