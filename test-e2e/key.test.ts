// `run --key K`: the same key is the same task, whoever types it, how often, and whoever is killed meanwhile.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelServer } from './harness/index.ts';
import {
  cleanUpAfterEach,
  installAgents,
  marked,
  signal,
  startModelServer,
  text,
  writeFiles,
} from './harness/index.ts';
import { bothAgents, setStage } from './harness/stage.ts';

let model: ModelServer;

beforeAll(async () => {
  await installAgents();
  model = await startModelServer({ once: [text('Done once.')] });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

interface Made {
  task_id: string;
  created: boolean;
  status: string;
}

describe.each(bothAgents)('$agent', ({ agent }) => {
  test('typed again it is the same task; with other input it is refused', async () => {
    const stage = await setStage(model, agent);
    const run = ['run', '--backend', agent, '--key', 'nightly', '--prompt', marked('once', `${agent}-same`)];
    const first = await stage.get<Made>(run);
    expect(first.created).toBe(true);
    expect(await stage.get<Made>(run)).toMatchObject({ task_id: first.task_id, created: false });
    await stage.get(['wait', first.task_id]);
    const later = await stage.get<Made>([...run.slice(0, 1), '--prompt', run.at(-1)!, ...run.slice(1, 5)]);
    expect(later).toMatchObject({ task_id: first.task_id, created: false, status: 'completed' });

    const refused = {
      exitCode: 4,
      error: { code: 'key_conflict', message: expect.stringContaining(first.task_id) },
    };
    expect(await stage.ask(...run.slice(0, -1), 'Something else.')).toMatchObject(refused);
    expect(await stage.ask(...run, '--timeout', '5m')).toMatchObject(refused);
    expect(await stage.ask(...run, '--', '--some-flag')).toMatchObject(refused);
    expect(await stage.get<unknown[]>(['list'])).toHaveLength(1);
    expect(model.turns(`once ${agent}-same`)).toEqual([1]);

    const other = await stage.get<Made>([...run.slice(0, 4), 'weekly', ...run.slice(5)]);
    expect(other.created).toBe(true);
    await stage.get(['wait', other.task_id]);
  });

  test('a changed file under the same name is other input', async () => {
    const stage = await setStage(model, agent);
    writeFiles(stage.repo, { 'task.md': marked('once', `${agent}-file`) });
    const run = ['run', '--backend', agent, '--key', 'k', '--from', 'task.md'];
    const first = await stage.get<Made>(run);
    await stage.get(['wait', first.task_id]);
    writeFiles(stage.repo, { 'task.md': 'Another task.' });
    expect(await stage.ask(...run)).toMatchObject({ exitCode: 4, error: { code: 'key_conflict' } });
  });

  test('six at once, some of them killed, make one task and one first turn', async () => {
    const stage = await setStage(model, agent);
    const rounds = 4;
    const made: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const tag = `${agent}-race-${round}`;
      const run = [
        '--json',
        'run',
        '--backend',
        agent,
        '--key',
        `key ${round}`,
        '--prompt',
        marked('once', tag),
      ];
      const racing = Array.from({ length: 6 }, () => stage.begin(run));
      // In the last round all of them, so that whoever comes later has to finish what lies there.
      const killed = racing.slice(0, round === rounds - 1 ? 6 : 3);
      const ends = await Promise.all(
        racing.map(async (one) => {
          if (killed.includes(one)) {
            await sleep(30 + Math.random() * 400);
            signal(one.pid, 'SIGKILL');
          }
          return one.ended;
        }),
      );
      const after = await stage.get<Made>(run.slice(1));
      const answers = ends
        .filter(({ exitCode }) => exitCode !== null)
        .map((end) => end.json<{ ok: boolean; data: Made }>());
      for (const answer of answers)
        expect(answer).toMatchObject({ ok: true, data: { task_id: after.task_id } });
      expect(answers.filter(({ data }) => data.created).length).toBeLessThanOrEqual(1);
      made.push(after.task_id);
    }
    await stage.get(['wait', ...made]);
    expect((await stage.get<Made[]>(['list'])).map(({ task_id }) => task_id).sort()).toEqual(
      [...made].sort(),
    );
    for (let round = 0; round < rounds; round += 1)
      expect(model.turns(`once ${agent}-race-${round}`)).toEqual([1]);
    for (const id of made) expect((await stage.status(id)).attempts).toHaveLength(1);
  });
});
