// A session whose resumes fail at once is told apart, and is not resumed for ever.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelServer } from './harness/index.ts';
import { cleanUpAfterEach, failure, installAgents, marked, startModelServer, text } from './harness/index.ts';
import type { AgentName, SeenTask } from './harness/stage.ts';
import { setStage } from './harness/stage.ts';

let model: ModelServer;

beforeAll(async () => {
  await installAgents();
  model = await startModelServer({
    short: [text('Done.')],
    spoilt: () => failure('context_too_long'),
    denied: () => failure('unauthorized'),
  });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

describe.each<{ agent: AgentName }>([{ agent: 'codex' }, { agent: 'claude' }, { agent: 'pi' }])(
  '$agent',
  ({ agent }) => {
    const tag = agent;
    test('is refused after two resumes that failed alike before the model took part', async () => {
      const stage = await setStage(model, agent);
      const id = await stage.run('--prompt', marked('short', tag));
      await stage.get(['wait', id]);
      const spoilt = ['resume', id, '--message', `Go on. ${marked('spoilt', tag)}`];
      for (let tries = 0; tries < 2; tries += 1) {
        await stage.get(spoilt);
        await stage.get(['wait', id], 21);
      }
      const task = await stage.get<SeenTask & { hint: string }>(['status', id]);
      expect(task).toMatchObject({
        status: 'failed',
        reason: 'context_length',
        session: { established: true },
      });
      expect(task.hint).toContain(`dispatch resume ${id} --fresh`);
      expect(task.attempts.map((one) => (one as { model_took_part?: boolean }).model_took_part)).toEqual([
        true,
        false,
        false,
      ]);
      expect((await stage.type(['inspect', id])).stdout).toContain('fails at each resume');
      expect(await stage.ask(...spoilt)).toMatchObject({
        exitCode: 4,
        error: { code: 'session_poisoned', hint: expect.stringContaining('--fresh') as string },
      });
      expect((await stage.status(id)).attempts).toHaveLength(3);

      await stage.get([...spoilt, '--force']);
      await stage.get(['wait', id], 21);
      const old = (await stage.status(id)).session!.locator.value;
      await stage.get([
        'resume',
        id,
        '--fresh',
        '--message',
        `Begin anew. ${marked('short', `${tag}-fresh`)}`,
      ]);
      await stage.get(['wait', id]);
      const after = await stage.status(id);
      expect(after.session).toMatchObject({ established: true });
      expect(after.session!.locator.value).not.toBe(old);
    });

    test('is left alone for what lies in the account', async () => {
      const stage = await setStage(model, agent);
      const id = await stage.run('--prompt', marked('short', `${tag}-auth`));
      await stage.get(['wait', id]);
      for (let tries = 0; tries < 3; tries += 1) {
        await stage.get(['resume', id, '--message', `Go on. ${marked('denied', tag)}`]);
        await stage.get(['wait', id], 21);
      }
      await stage.get(['resume', id, '--message', `Go on. ${marked('short', `${tag}-again`)}`]);
      await stage.get(['wait', id]);
    });
  },
);
