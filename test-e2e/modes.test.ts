// What each execution mode lets the real agents do, what it denies, and what the user is told.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ModelServer } from './harness/index.ts';
import {
  cleanUpAfterEach,
  git,
  installAgents,
  marked,
  read,
  shell,
  startModelServer,
  temporaryFolder,
  text,
  toolResults,
  until,
  write,
} from './harness/index.ts';
import { askCommandIn, bothAgents, setStage, type Stage } from './harness/stage.ts';

let model: ModelServer;
let outside: string;

beforeAll(async () => {
  await installAgents();
  model = await startModelServer({
    acts: [
      write('made.txt', 'made\n'),
      shell('echo by-shell > shell.txt'),
      () => shell(`echo out > ${join(outside, 'out.txt')}`),
      text('That is what I could do.'),
    ],
    asks: [({ conversation }) => shell(`${askCommandIn(conversation)} 'May I?'`), text('I have been told.')],
    commits: [
      shell('echo new > b.txt; git add b.txt && git commit -qm "By the worker"; echo "exit $?"'),
      text('Done.'),
    ],
    looks: [
      ({ conversation }) => read(/attached (\S+);/.exec(JSON.stringify(conversation))![1]!),
      text('Seen.'),
    ],
  });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();
beforeEach(() => {
  outside = temporaryFolder('outside');
});

interface Started {
  task_id: string;
  notices: string[];
}

async function run(stage: Stage, mode: string, script: string, ...more: string[]): Promise<Started> {
  const prompt = `Act. ${marked(script, `${stage.agent}-${mode}`)}`;
  return stage.get<Started>([
    ...['run', '--backend', stage.agent, '--execution-mode', mode, '--prompt', prompt],
    ...more,
  ]);
}

describe.each(bothAgents)('$agent', ({ agent }) => {
  const env = { IS_SANDBOX: '1' };

  /** What was made: by the tool that writes files, by the shell, outside of the workspace. */
  async function made(mode: string): Promise<{ made: boolean[]; notices: string[]; told: string }> {
    const stage = await setStage(model, agent, { env });
    const out = join(outside, 'out.txt');
    const { task_id: id, notices } = await run(stage, mode, 'acts');
    await stage.get(['wait', id]);
    const requests = model
      .requests()
      .filter(
        ({ marker, kind }) =>
          marker?.script === 'acts' && marker.tag === `${agent}-${mode}` && kind !== 'poll',
      );
    return {
      made: [
        existsSync(join(stage.repo, 'made.txt')),
        existsSync(join(stage.repo, 'shell.txt')),
        existsSync(out),
      ],
      notices,
      told: toolResults(requests.at(-1)!).join('\n'),
    };
  }

  test('read_only: nothing is written, and the user is told who sees to that', async () => {
    const { made: written, notices, told } = await made('read_only');
    expect(written).toEqual([false, false, false]);
    expect(notices.join('\n')).toContain(`${agent} in mode read_only`);
    expect(told).not.toBe('');
  });

  test('standard: what the configuration of the agent allows', async () => {
    const { made: written, notices } = await made('standard');
    // Neither is configured: codex keeps to its read-only default, claude is denied what it would ask about.
    expect(written).toEqual([false, false, false]);
    expect(notices.join('\n')).toContain('its own configuration');
  });

  test('auto: the workspace', async () => {
    const { made: written, notices } = await made('auto');
    expect(written.slice(0, 2)).toEqual([true, true]);
    // Below /tmp, which the sandbox of codex lets it write; claude's shell is not confined at all.
    expect(notices.join('\n')).toContain(`${agent} in mode auto`);
  });

  test('danger: everything, and nothing is promised', async () => {
    const { made: written, notices } = await made('danger');
    expect(written).toEqual([true, true, true]);
    expect(notices).toEqual([]);
  });

  test.each(['read_only', 'auto'])('%s: the worker can ask', async (mode) => {
    const stage = await setStage(model, agent, { env });
    const { task_id: id } = await run(stage, mode, 'asks');
    await until(async () => (await stage.status(id)).reason === 'question', { what: 'it has asked' });
    await stage.get(['answer', id, '--message', 'You may.']);
    await stage.get(['wait', id]);
    expect(await stage.status(id)).toMatchObject({
      status: 'completed',
      questions: [{ taken_by: 'ask' }],
    });
  });
});

test('codex cannot commit in auto, says so, and can with --allow-commit', async () => {
  for (const [more, commits] of [
    [[], 1],
    [['--allow-commit'], 2],
  ] as const) {
    const stage = await setStage(model, 'codex');
    const { task_id: id, notices } = await run(stage, 'auto', 'commits', ...more);
    expect(notices.join('\n')).toContain(commits === 1 ? 'cannot commit' : 'codex may write');
    await stage.get(['wait', id]);
    expect(git(stage.repo, 'log', '--format=%s').trim().split('\n')).toHaveLength(commits);
  }
});

test('claude is told of an attached file and may read it where it lies; codex refuses what is no picture', async () => {
  const file = join(outside, 'notes.txt');
  writeFileSync(file, 'the attached words');
  const stage = await setStage(model, 'claude');
  const { task_id: id } = await run(stage, 'auto', 'looks', '--attach', file);
  await stage.get(['wait', id]);
  const request = model.requests().findLast(({ marker }) => marker?.script === 'looks')!;
  expect(toolResults(request).join()).toContain('the attached words');
  const refused = await stage.ask('run', '--backend', 'codex', '--prompt', 'Look.', '--attach', file);
  expect(refused).toMatchObject({ exitCode: 4, error: { code: 'attachment_unsupported' } });
});
