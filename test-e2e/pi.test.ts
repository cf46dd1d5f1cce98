// Both versions of pi do a task's whole life: its session is a file that dispatch chose, and its ends are its own words.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelServer, PiVersion } from './harness/index.ts';
import {
  cleanUpAfterEach,
  edit,
  installAgents,
  installPi087,
  killAll,
  marked,
  read,
  shell,
  silence,
  startModelServer,
  text,
  toolResults,
  until,
  userTexts,
  writeFiles,
} from './harness/index.ts';
import type { SeenTask, Stage } from './harness/stage.ts';
import { askCommandIn, setStage } from './harness/stage.ts';

let model: ModelServer;
const onePixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
beforeAll(async () => {
  await installAgents();
  await installPi087();
  model = await startModelServer({
    edits: [
      read('a.txt', { usage: { input: 1000, output: 100 } }),
      edit('a.txt', 'two', 'zwei'),
      text('Edited.', { usage: { input: 2000, output: 200 } }),
      text('And more.'),
    ],
    waits: [
      ({ conversation }) => shell(`${askCommandIn(conversation)} 'Red or blue?'; echo "exit $?"`),
      text('The user has told me.'),
    ],
    gives_up: [
      ({ conversation }) =>
        shell(`${askCommandIn(conversation)} --timeout 1s 'Red or blue?'; echo "exit $?"`),
      text('I stop for an answer.'),
      text('Now I know.'),
    ],
    dies: [({ servedBefore }) => (servedBefore === 0 ? silence({ gate: 'never' }) : text('Alive again.'))],
    looks: [text('I see.')],
    reads: [shell('echo x > x.txt'), text('I only looked.')],
  });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

interface Told {
  task: SeenTask & { usage: object; attempts: { agent_version: string }[] };
}

describe.each<{ pi: PiVersion }>([{ pi: '0.73.1' }, { pi: '0.87.1' }])('pi $pi', ({ pi }) => {
  const stageOf = (): Promise<Stage> => setStage(model, 'pi', { pi });
  const whole = async (stage: Stage, id: string) => (await stage.get<Told>(['inspect', id])).task;

  test('edits a file, and a resumed session remembers it', async () => {
    const stage = await stageOf();
    const id = await stage.run('--prompt', `Translate it. ${marked('edits', pi)}`);
    await stage.get(['wait', id]);
    expect(readFileSync(join(stage.repo, 'a.txt'), 'utf8')).toBe('one\nzwei\n');
    const done = await whole(stage, id);
    expect(done).toMatchObject({
      status: 'completed',
      reason: 'turn_succeeded',
      session: { locator: { kind: 'file' }, established: true },
      attempts: [{ outcome: 'succeeded', exit_code: 0, agent_version: pi }],
      // 3 and 15 dollars a million tokens; the edit itself was answered with 100 and 20.
      usage: {
        input_tokens: 3100,
        output_tokens: 320,
        cached_input_tokens: 0,
        cost_usd: expect.closeTo(0.0141, 6) as number,
      },
    });
    const file = done.session!.locator.value;
    expect(dirname(file)).toBe(join(stage.home.home, '.dispatch/runtime/sessions', id));
    expect(readFileSync(file, 'utf8')).toContain('Translate it.');

    await stage.get(['resume', id, '--message', 'Go on.']);
    await stage.get(['wait', id]);
    expect(await whole(stage, id)).toMatchObject({
      status: 'completed',
      session: { locator: { kind: 'file', value: file } },
      attempts: [{}, { cause: 'resume', resumes_session: true }],
      usage: { input_tokens: 3200, output_tokens: 340 },
    });
    const requests = model.requestsOf(`edits ${pi}`);
    expect(requests.map(({ agent, step, outcome, cwd }) => [agent, step, outcome, cwd])).toEqual(
      [0, 1, 2, 3].map((step) => ['pi', step, 'answered', stage.repo]),
    );
    expect(userTexts(requests[3]!).join('\n')).toMatch(/Translate it\.[^]*Go on\./);
    expect(requests[3]!.messages.map((message) => message.text)).toContain('Edited.');
    expect((await stage.type(['logs', id, '--attempt', '0'])).stdout).toMatch(/read[^]*edit[^]*Edited\./);
    expect((await stage.type(['logs', id])).stdout).toMatch(/And more\.[^]*100 in[^]*20 out/);
  });

  test('waits for an answer in the same turn', async () => {
    const stage = await stageOf();
    const id = await stage.run('--prompt', `Paint it. ${marked('waits', pi)}`);
    await stage.get(['wait', id], 20);
    await stage.get(['answer', id, '--message', 'Blue.']);
    await stage.get(['wait', id]);
    expect(await stage.status(id)).toMatchObject({ attempts: [{}], questions: [{ taken_by: 'ask' }] });
    expect(toolResults(model.requestsOf(`waits ${pi}`)[1]!).join()).toContain('Blue.\nexit 0');
  });

  test('takes an answer to its session that came after it had stopped', async () => {
    const stage = await stageOf();
    const id = await stage.run('--prompt', `Paint it. ${marked('gives_up', pi)}`);
    await until(async () => (await stage.status(id)).attempt_alive === false, { what: 'it has stopped' });
    expect(await stage.status(id)).toMatchObject({ status: 'awaiting_user', reason: 'question' });
    await stage.get(['answer', id, '--message', 'Red it is.', '--resume']);
    await stage.get(['wait', id]);
    expect(await stage.status(id)).toMatchObject({
      status: 'completed',
      attempts: [{}, { cause: 'answer', resumes_session: true }],
    });
    const last = model.requestsOf(`gives_up ${pi}`)[2]!;
    expect(userTexts(last).join('\n')).toMatch(/Paint it\.[^]*Red it is\./);
    expect(last.messages.map((message) => message.text)).toContain('I stop for an answer.');
  });

  test('gets the whole request again where it was killed before its first word', async () => {
    const stage = await stageOf();
    const id = await stage.run('--prompt', `Live. ${marked('dies', pi)}`);
    await until(() => model.requestsOf(`dies ${pi}`).length === 1, { what: 'it has asked the model' });
    await until(async () => (await stage.status(id)).session !== null, { what: 'its session is on record' });
    const before = (await stage.status(id)).session!;
    expect(before.established).toBe(false);
    await killAll(({ env }) => env.DISPATCH_ATTEMPT === `${id}:0`);
    await stage.get(['wait', id]);
    const task = await stage.status(id);
    expect(task).toMatchObject({
      status: 'completed',
      session: { established: true },
      attempts: [{ outcome: 'interrupted' }, { cause: 'session_unknown', resumes_session: false }],
    });
    expect(task.session!.locator.value).not.toBe(before.locator.value);
    expect(userTexts(model.requestsOf(`dies ${pi}`)[1]!)).toHaveLength(1);
    expect(userTexts(model.requestsOf(`dies ${pi}`)[1]!)[0]).toContain('Live.');
  });

  test('is refused a session that was lost', async () => {
    const stage = await stageOf();
    const id = await stage.run('--prompt', `Translate it. ${marked('edits', `${pi}-lost`)}`);
    await stage.get(['wait', id]);
    rmSync((await stage.status(id)).session!.locator.value);
    expect(await stage.ask('resume', id, '--message', 'Go on.')).toMatchObject({
      exitCode: 4,
      error: { code: 'session_lost' },
    });
    expect(await stage.status(id)).toMatchObject({ status: 'completed', attempts: [{}] });
  });

  test('is shown text and pictures beside the prompt', async () => {
    const stage = await stageOf();
    writeFiles(stage.repo, { 'note.txt': 'A note.\n' });
    writeFileSync(join(stage.repo, 'dot.png'), Buffer.from(onePixel, 'base64'));
    const prompt = `Look at them. ${marked('looks', pi)}`;
    const id = await stage.run('--attach', 'note.txt', '--attach', 'dot.png', '--prompt', prompt);
    await stage.get(['wait', id]);
    const [request] = model.requestsOf(`looks ${pi}`);
    expect(userTexts(request!).join()).toMatch(/Look at them\.[^]*A note\./);
    expect(JSON.stringify(request!.body)).toContain('"media_type":"image/png"');
  });

  test('has no shell in mode read_only, and says so', async () => {
    const stage = await stageOf();
    const prompt = `Look. ${marked('reads', pi)}`;
    const { task_id: id, notices } = await stage.get<{ task_id: string; notices: string[] }>([
      ...['run', '--backend', 'pi', '--execution-mode', 'read_only', '--prompt', prompt],
    ]);
    expect(notices.join()).toContain('it cannot ask');
    await stage.get(['wait', id]);
    expect(toolResults(model.requestsOf(`reads ${pi}`)[1]!)).toEqual(['Tool bash not found']);
    expect(existsSync(join(stage.repo, 'x.txt'))).toBe(false);
    expect(await stage.status(id)).toMatchObject({ status: 'completed', execution_mode: 'read_only' });
  });

  test('fails before it starts of a model that it does not know', async () => {
    const stage = await stageOf();
    const id = await stage.run('--model', 'nope', '--prompt', marked('edits', `${pi}-none`));
    await stage.get(['wait', id], 21);
    expect(await stage.status(id)).toMatchObject({
      reason: 'model_unavailable',
      detail: expect.stringContaining('"nope" not found') as string,
      attempts: [{ exit_code: 1 }],
    });
  });
});
