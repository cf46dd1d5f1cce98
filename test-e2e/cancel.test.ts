// Cancel ends the whole tree; what outlives a turn by itself is a leftover, listed, and ended when asked.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelServer } from './harness/index.ts';
import {
  cleanUpAfterEach,
  installAgents,
  marked,
  processesWithMark,
  shell,
  silence,
  startModelServer,
  text,
  until,
} from './harness/index.ts';
import type { SeenTask, Stage } from './harness/stage.ts';
import { bothAgents, setStage } from './harness/stage.ts';

let model: ModelServer;

beforeAll(async () => {
  await installAgents();
  model = await startModelServer({
    family: [
      shell(
        'nohup sleep 3001 >/dev/null 2>&1 & setsid sleep 3002 & (setsid nohup sh -c "sleep 3003; :" >/dev/null 2>&1 &); ' +
          'sh -c "trap \\"\\" INT TERM HUP; sleep 3004; sleep 3005" & echo begun > begun.txt; sleep 3000',
      ),
      text('Never said.'),
    ],
    leaves: [
      shell('setsid nohup sleep 3010 >/dev/null 2>&1 </dev/null & echo left'),
      text('Done, with a server running.'),
    ],
    thinks: [silence({ gate: 'never' })],
    short: [text('Done.')],
  });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

const danger = { env: { IS_SANDBOX: '1' } };
const sleepers = (id: string): string[] =>
  processesWithMark(id)
    .map(({ argv }) => argv.join(' '))
    .filter((words) => /^sleep 30\d\d$/.test(words))
    .sort();

describe.each(bothAgents)('$agent', ({ agent }) => {
  test.each(['auto', 'danger'])('a tool with nohup and setsid grandchildren, mode %s', async (mode) => {
    const stage = await setStage(model, agent, danger);
    const prompt = marked('family', `${agent}-${mode}`);
    const id = await stage.run('--execution-mode', mode, '--prompt', prompt);
    await until(() => existsSync(join(stage.repo, 'begun.txt')) && sleepers(id).length === 5, {
      what: 'the whole family sleeps',
    });
    const cancelled = await stage.get<{ status: string; confirmed: boolean; task: SeenTask }>(['cancel', id]);
    // At the very moment in which cancel says so.
    expect(processesWithMark(id)).toEqual([]);
    expect(cancelled).toMatchObject({ status: 'cancelled', confirmed: true, task: { reason: 'user' } });
    expect(cancelled.task.attempts).toMatchObject([{ outcome: 'stopped', leftovers: [] }]);
    expect(await stage.get<{ tasks: SeenTask[] }>(['wait', id], 22)).toMatchObject({
      tasks: [{ status: 'cancelled' }],
    });
    expect(await stage.ask('cancel', id)).toMatchObject({ exitCode: 4, error: { code: 'already_ended' } });
    expect(model.turns(`family ${agent}-${mode}`)).toEqual([1]);
  });

  test('while the model is silent, twice at once, and by people', async () => {
    const stage = await setStage(model, agent);
    const id = await stage.run('--prompt', marked('thinks', agent));
    await model.waitForRequest(({ marker }) => marker?.script === 'thinks' && marker.tag === agent);
    const both = await Promise.all([stage.type(['cancel', id]), stage.ask('cancel', id)]);
    expect([0, 4]).toContain(both[1].exitCode);
    expect(both[0].exitCode === 0 || both[1].exitCode === 0).toBe(true);
    const said = both[0].exitCode === 0 ? both[0].stdout : (await stage.type(['status', id])).stdout;
    expect(said).toMatch(/cancelled/);
    expect(said).toContain(`dispatch resume ${id}`);
    expect(processesWithMark(id)).toEqual([]);
    expect(await stage.status(id)).toMatchObject({ status: 'cancelled', attempts: [{ outcome: 'stopped' }] });
  });

  async function leaving(tag: string, ...options: string[]): Promise<{ stage: Stage; id: string }> {
    const stage = await setStage(model, agent, danger);
    // In its sandbox codex has a pid namespace that takes every child with it.
    const id = await stage.run('--execution-mode', 'danger', ...options, '--prompt', marked('leaves', tag));
    await stage.get(['wait', id]);
    expect(await stage.status(id)).toMatchObject({
      status: 'completed',
      attempts: [{ outcome: 'succeeded' }],
    });
    return { stage, id };
  }

  test('a child that outlives its turn holds no task, is listed, and ended by cancel', async () => {
    const { stage, id } = await leaving(`${agent}-keep`);
    const [child] = processesWithMark(id).filter(({ argv }) => argv.join(' ') === 'sleep 3010');
    expect(child).toBeDefined();
    const { task } = await stage.get(['inspect', id]);
    expect(task.attempts[0]!.leftovers).toMatchObject([{ pid: child!.pid }]);
    const shown = (await stage.type(['inspect', id])).stdout;
    expect(shown).toContain(String(child!.pid));
    expect(shown).toContain('sleep 3010');

    expect(await stage.get(['cancel', id])).toMatchObject({ confirmed: true, status: 'completed' });
    expect(processesWithMark(id)).toEqual([]);
    expect((await stage.status(id)).attempts[0]!.leftovers).toEqual([]);
    expect(await stage.ask('cancel', id)).toMatchObject({ exitCode: 4, error: { code: 'already_ended' } });
  });

  test('--leftovers end ends it with the attempt', async () => {
    const { stage, id } = await leaving(`${agent}-end`, '--leftovers', 'end');
    expect(processesWithMark(id)).toEqual([]);
    const { attempts } = await stage.status(id);
    expect(attempts[0]!.leftovers).toEqual([]);
    expect(readFileSync(attempts[0]!.stdout_path, 'utf8')).toContain('left');
  });
});

test('a task that ended is not cancelled, one that never was is not found', async () => {
  const stage = await setStage(model, 'codex');
  const id = await stage.run('--prompt', marked('short', 'ended'));
  await stage.get(['wait', id]);
  expect(await stage.ask('cancel', id)).toMatchObject({ exitCode: 4, error: { code: 'already_ended' } });
  expect(await stage.ask('cancel', 'nobody99')).toMatchObject({
    exitCode: 3,
    error: { code: 'task_not_found' },
  });
});
