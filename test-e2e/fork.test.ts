// `fork` makes a new task from what the agent of another one remembers; the other one stays as it is.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelServer } from './harness/index.ts';
import {
  cleanUpAfterEach,
  installAgents,
  killAll,
  killEverythingOfDispatch,
  marked,
  processesWithMark,
  silence,
  startModelServer,
  text,
  until,
  userTexts,
} from './harness/index.ts';
import type { AgentName, SeenTask, Stage } from './harness/stage.ts';
import { forgetSessions, setStage } from './harness/stage.ts';

let model: ModelServer;
const usage = { input: 1000, output: 100 };

beforeAll(async () => {
  await installAgents();
  model = await startModelServer({
    first: [text('The first way.', { usage }), text('Still the first.', { usage })],
    other: [text('Another way.', { usage }), text('Further on that.', { usage })],
    dies: [({ servedBefore }) => (servedBefore === 0 ? silence({ gate: 'never' }) : text('Alive again.'))],
    waits: [silence({ gate: 'later' })],
  });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

interface Told {
  task: SeenTask & {
    usage: Record<string, number | null>;
    begins_from: { how: string; task_id: string; session: { value: string } } | null;
  };
  notices: string[];
}

const whole = async (stage: Stage, id: string) => (await stage.get<Told>(['inspect', id])).task;

async function firstTask(agent: AgentName, tag: string): Promise<{ stage: Stage; id: string }> {
  const stage = await setStage(model, agent);
  const id = await stage.run(
    '--prompt',
    `Find a way. ${marked('first', tag)}`,
    '--execution-mode',
    'standard',
  );
  await stage.get(['wait', id]);
  return { stage, id };
}

async function fork(stage: Stage, id: string, prompt: string, ...more: string[]): Promise<string> {
  return (await stage.get<{ task_id: string }>(['fork', id, '--prompt', prompt, ...more])).task_id;
}

describe.each<{ agent: AgentName }>([{ agent: 'codex' }, { agent: 'claude' }, { agent: 'pi' }])(
  '$agent',
  ({ agent }) => {
    test('the new task remembers, the old one does not hear of it, and each counts its own use', async () => {
      const { stage, id } = await firstTask(agent, agent);
      const before = await whole(stage, id);
      const forked = await fork(stage, id, `Find another. ${marked('other', agent)}`);
      await stage.get(['wait', forked]);
      const task = await whole(stage, forked);
      expect(task).toMatchObject({
        status: 'completed',
        execution_mode: 'standard',
        begins_from: { how: 'fork', task_id: id, session: { value: before.session!.locator.value } },
        session: { established: true },
        attempts: [{ cause: 'fork', resumes_session: false, outcome: 'succeeded' }],
        usage: { input_tokens: 1000, output_tokens: 100 },
      });
      if (before.usage.cost_usd === null) expect(task.usage.cost_usd).toBeNull();
      else expect(task.usage.cost_usd).toBeCloseTo(before.usage.cost_usd!, 8);
      expect(task.session!.locator.value).not.toBe(before.session!.locator.value);
      const [request] = model.requestsOf(`other ${agent}`);
      expect(userTexts(request!).join('\n')).toMatch(
        /Find a way\.[^]*You are the worker[^]*history of another task[^]*Find another\./,
      );
      expect(request!.messages.map((message) => message.text)).toContain('The first way.');

      await stage.get(['resume', forked, '--message', 'Go on.']);
      await stage.get(['wait', forked]);
      await stage.get(['resume', id, '--message', 'Go on.']);
      await stage.get(['wait', id]);
      const [further] = model.requestsOf(`other ${agent}`).slice(1);
      expect(userTexts(further!).join('\n')).toMatch(/Find a way\.[^]*Find another\.[^]*Go on\./);
      const [still] = model.requestsOf(`first ${agent}`).slice(1);
      expect(userTexts(still!).join('\n')).not.toContain('Find another.');
      for (const [which, locator] of [
        [forked, task.session!.locator],
        [id, before.session!.locator],
      ] as const)
        expect(await whole(stage, which)).toMatchObject({
          session: { locator },
          attempts: [{}, { cause: 'resume', resumes_session: true }],
          usage: { input_tokens: 2000, output_tokens: 200 },
        });
    });

    test('killed with everything of dispatch before the model answered, it begins from the copy again', async () => {
      const tag = `${agent}-dies`;
      const { stage, id } = await firstTask(agent, tag);
      const forked = await fork(stage, id, `Find another. ${marked('dies', tag)}`);
      await until(() => model.requestsOf(`dies ${tag}`).length === 1, { what: 'the model is asked' });
      await killEverythingOfDispatch(stage.root, { launchers: true });
      await killAll(({ pid }) => processesWithMark(forked).some((one) => one.pid === pid));
      await stage.get(['list']);
      await stage.get(['wait', forked]);
      expect(await whole(stage, forked)).toMatchObject({
        status: 'completed',
        attempts: [{ outcome: 'interrupted' }, { automatic: true, outcome: 'succeeded' }],
      });
      const again = model.requestsOf(`dies ${tag}`)[1]!;
      expect(userTexts(again).join('\n')).toMatch(/Find a way\.[^]*Find another\./);
      expect(again.messages.map((message) => message.text)).toContain('The first way.');
    });

    test('a session that the agent does not know any more is none to begin from', async () => {
      const { stage, id } = await firstTask(agent, `${agent}-lost`);
      forgetSessions(stage, (await stage.status(id)).session!.locator.value);
      const refused = await stage.ask<Told & { task_id: string }>('fork', id, '--prompt', 'Find another.');
      if (!refused.ok) return expect(refused.error.code).toBe('session_lost');
      await stage.get(['wait', refused.data.task_id], 21);
      expect(await whole(stage, refused.data.task_id)).toMatchObject({
        status: 'failed',
        reason: 'session_lost',
        attempts: [{ cause: 'fork' }],
      });
    });
  },
);

test('a task at work, one without a session and an agent that cannot are refused, and nothing is made', async () => {
  const stage = await setStage(model, 'claude');
  const id = await stage.run('--prompt', `Wait. ${marked('waits')}`);
  await until(() => model.requestsOf('waits').length === 1, { what: 'at work' });
  expect(await stage.ask('fork', id, '--prompt', 'More.')).toMatchObject({
    exitCode: 4,
    error: { code: 'attempt_alive' },
  });
  await stage.get(['cancel', id]);
  expect(await stage.ask('fork', id, '--prompt', 'More.')).toMatchObject({
    exitCode: 4,
    error: { code: 'no_session' },
  });
  expect(readdirSync(join(stage.root, 'tasks'))).toEqual([id]);
  expect(await stage.ask('fork', id)).toMatchObject({ exitCode: 2, error: { code: 'missing_prompt' } });
});
