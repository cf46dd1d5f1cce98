// The answer in the very moment in which `ask` gives up: printed or handed over later, never both, never lost.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ended, ModelServer } from './harness/index.ts';
import {
  cleanUpAfterEach,
  dispatch,
  installAgents,
  marked,
  shell,
  silence,
  startModelServer,
  text,
  toolResults,
  until,
  userTexts,
} from './harness/index.ts';
import { askCommandIn, bothAgents, setStage } from './harness/stage.ts';

let model: ModelServer;
const rounds = 7;

beforeAll(async () => {
  await installAgents();
  model = await startModelServer({
    asks: ({ step, conversation }) => {
      if (step < rounds)
        return shell(`${askCommandIn(conversation)} --timeout 1s 'What is number ${step}?'; echo "exit $?"`);
      return text(step === rounds ? 'I stop.' : 'Thank you.');
    },
    holds: [({ servedBefore }) => (servedBefore === 0 ? silence({ gate: 'never' }) : text('Thank you.'))],
  });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

/** From well before the end of the wait to well after it, in `count` steps. */
const offsets = (count: number, spreadMs: number): number[] =>
  Array.from({ length: count }, (_, at) => Math.round((at / (count - 1) - 0.5) * 2 * spreadMs));

describe.each(bothAgents)('$agent', ({ agent }) => {
  test('a worker asks and gives up, again and again', async () => {
    const stage = await setStage(model, agent);
    const marker = `asks ${agent}`;
    const id = await stage.run('--prompt', marked('asks', agent));
    const mailbox = join(stage.root, 'tasks', id, 'mailbox');
    const answering: Promise<Ended>[] = [];
    // A command takes about 150 ms from its start to its link.
    for (const [at, offset] of offsets(rounds, 400).entries()) {
      const number = String(at + 1).padStart(3, '0');
      await until(() => existsSync(join(mailbox, `${number}.question`)), {
        what: `question ${number}`,
        everyMs: 5,
      });
      await sleep(Math.max(0, 1000 - 150 + offset));
      answering.push(stage.type(['answer', id, '--question', number, '--message', `It is <${at}>.`]));
    }
    for (const answered of await Promise.all(answering))
      expect(answered).toMatchObject({ exitCode: 0, stderr: '' });
    await until(() => model.turns(marker).length === rounds + 1, { what: 'the worker stops' });
    await until(async () => (await stage.status(id)).attempt_alive === false, {
      what: 'the attempt has ended',
    });
    const results = toolResults(
      model
        .requests()
        .find(({ marker: one, step }) => one?.script === 'asks' && one.tag === agent && step === rounds)!,
    );
    const printed = results
      .filter((words) => words.includes('exit 0'))
      .map((words) => /<(\d)>/.exec(words)?.[1]);
    expect(results.filter((words) => words.includes('exit 24'))).toHaveLength(rounds - printed.length);
    // Both ends of the span lie far enough out.
    expect(printed).toContain('0');
    expect(printed).not.toContain(String(rounds - 1));

    expect(await stage.status(id)).toMatchObject({ status: 'awaiting_user', reason: 'answered' });
    await stage.get(['resume', id]);
    await stage.get(['wait', id]);
    const handed = userTexts(
      model.requests().findLast(({ marker: one }) => one?.script === 'asks' && one.tag === agent)!,
    )
      .slice(1)
      .join();
    const given = [...handed.matchAll(/<(\d)>/g)].map((found) => found[1]);
    const all = [...printed, ...given].sort();
    expect(all).toEqual(Array.from({ length: rounds }, (_, at) => String(at)));
    expect(handed).not.toContain('repetition');
    const { questions } = await stage.status(id);
    expect(questions.map(({ taken_by }) => taken_by)).toEqual(
      Array.from({ length: rounds }, (_, at) => (printed.includes(String(at)) ? 'ask' : 'prompt')),
    );
  });
});

test('two dozen questions, each answered about when its time is up', async () => {
  const stage = await setStage(model, 'codex');
  const id = await stage.run('--prompt', marked('holds', 'many'));
  await model.waitForRequest(({ marker }) => marker?.tag === 'many');
  const taskDir = join(stage.root, 'tasks', id);
  const count = 24;
  const fates: { exitCode: number | null; stdout: string }[] = [];
  const spread = offsets(count, 250);
  for (let from = 0; from < count; from += 6)
    await Promise.all(
      spread.slice(from, from + 6).map(async (offset, lane) => {
        const at = from + lane;
        const words = `What is number ${at}?`;
        // As in the environment that dispatch gives to its workers.
        const env = { ...stage.home.env, DISPATCH_TASK_DIR: taskDir, DISPATCH_ASK_TIMEOUT: '0.6' };
        const asking = dispatch(['ask', words], { cwd: stage.repo, env });
        const question = await until(
          async () =>
            (
              await stage.get<{ questions: { sequence: string; question: string }[] }[]>(['questions', id])
            )[0]?.questions.find(({ question: one }) => one === words),
          { what: 'the question is seen', everyMs: 5 },
        );
        await sleep(Math.max(0, 150 + offset));
        const answer = await stage.type([
          'answer',
          id,
          '--question',
          question.sequence,
          '--message',
          `<${at}>`,
        ]);
        expect(answer).toMatchObject({ exitCode: 0 });
        fates[at] = await asking;
      }),
    );
  const printed = fates.flatMap(({ exitCode, stdout }, at) => {
    expect([exitCode, stdout]).toEqual(
      exitCode === 0 ? [0, `<${at}>\n`] : [24, expect.stringContaining('context.md')],
    );
    return exitCode === 0 ? [at] : [];
  });
  await stage.get(['cancel', id]);
  await stage.get(['resume', id, '--message', 'Go on.']);
  await stage.get(['wait', id]);
  const request = model.requests().findLast(({ marker }) => marker?.tag === 'many')!;
  const given = [
    ...userTexts(request)
      .at(-1)!
      .matchAll(/<(\d+)>/g),
  ].map((found) => Number(found[1]));
  expect([...printed, ...given].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, at) => at));
});
