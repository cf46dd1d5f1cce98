// `resume --fresh` begins another session from what is left of the work, also with another agent; an agent without
// sessions is given the same each time.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
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
  userTexts,
  writeFiles,
} from './harness/index.ts';
import type { AgentName, SeenTask, Stage } from './harness/stage.ts';
import { forgetSessions, setStage } from './harness/stage.ts';

let model: ModelServer;

beforeAll(async () => {
  await installAgents();
  const usage = { input: 1000, output: 100 };
  model = await startModelServer({
    begins: [shell('echo zwei > a.txt; echo new > new.txt'), text('The first half is done.', { usage })],
    goes_on: [shell('echo over > over.txt'), text('The second half is done.', { usage })],
  });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

type Fresh = { task: SeenTask & { backend: string }; notices: string[]; why: string | null };

/** A task whose first attempt did half of the work and left its notes. */
async function halfDone(agent: AgentName, tag: string): Promise<{ stage: Stage; id: string }> {
  const stage = await setStage(model, agent);
  const id = await stage.run('--prompt', `Do both halves. ${marked('begins', tag)}`);
  await stage.get(['wait', id]);
  writeFiles(join(stage.root, 'tasks', id), { 'context.md': 'Mind the gap.\n' });
  return { stage, id };
}

function expectCheckpoint(prompt: string): void {
  expect(prompt).toMatch(
    /You are the worker[^]*Do both halves\.[^]*worked on before, once[^]*Mind the gap\.[^]*The first half is done\.[^]*a\.txt\nnew\.txt[^]*-one\n-two\n\+zwei[^]*Now the other one\./,
  );
}

describe.each<{ agent: AgentName }>([{ agent: 'codex' }, { agent: 'claude' }, { agent: 'pi' }])(
  '$agent',
  ({ agent }) => {
    test('begins another session of the same agent, for one that is there no more', async () => {
      const { stage, id } = await halfDone(agent, agent);
      const old = (await stage.status(id)).session!.locator.value;
      forgetSessions(stage, old);
      const plain = await stage.ask('resume', id, '--message', 'Go on.');
      if (plain.ok) await stage.get(['wait', id], 21);
      const lost = plain.ok
        ? (await stage.get<SeenTask & { hint: string }>(['status', id])).hint
        : plain.error.hint;
      expect(lost).toContain(`dispatch resume ${id} --fresh`);

      const go = `Now the other one. ${marked('goes_on', agent)}`;
      const resumed = await stage.get<Fresh>(['resume', id, '--fresh', '--message', go]);
      expect(resumed.notices.join()).toContain('begins from a checkpoint');
      await stage.get(['wait', id]);
      const task = await stage.status(id);
      expect(task).toMatchObject({ status: 'completed', session: { established: true } });
      expect(task.session!.locator.value).not.toBe(old);
      expect(task.attempts.at(-1)).toMatchObject({
        cause: 'fresh',
        resumes_session: false,
        automatic: false,
      });
      const requests = model.requestsOf(`goes_on ${agent}`);
      expect(requests.map(({ step }) => step)).toEqual([0, 1]);
      expect(userTexts(requests[1]!).join('\n')).toContain('Do both halves.');
      expect(requests[0]!.messages.filter(({ role }) => role === 'assistant')).toEqual([]);
      expect(readFileSync(join(stage.repo, 'over.txt'), 'utf8')).toBe('over\n');
    });
  },
);

test.each<{ from: AgentName; to: AgentName }>([
  { from: 'codex', to: 'claude' },
  { from: 'claude', to: 'codex' },
])('a task moves from $from to $to, and each attempt keeps its own', async ({ from, to }) => {
  const tag = `${from}-${to}`;
  const { stage, id } = await halfDone(from, tag);
  const before = (await stage.get<{ task: SeenTask & { usage: object } }>(['inspect', id])).task;
  const go = `Now the other one. ${marked('goes_on', tag)}`;
  const moved = await stage.get<Fresh>(['resume', id, '--fresh', '--backend', to, '--message', go]);
  expect(moved).toMatchObject({ task: { backend: to }, why: `--backend ${to} was given.` });
  await stage.get(['wait', id]);
  const requests = model.requestsOf(`goes_on ${tag}`);
  expect(requests.map(({ agent, step }) => [agent, step])).toEqual([
    [to, 0],
    [to, 1],
  ]);
  expectCheckpoint(userTexts(requests[0]!).join('\n'));

  const after = await stage.get<{ task: SeenTask & { usage: { output_tokens: number } } }>(['inspect', id]);
  expect(after.task).toMatchObject({
    status: 'completed',
    backend: to,
    backend_type: to,
    attempts: [
      { backend_type: from, usage: before.usage, model_took_part: true },
      { backend_type: to, cause: 'fresh', model_took_part: true },
    ],
  });
  expect(after.task.usage.output_tokens).toBe(240);
  expect((await stage.type(['logs', id, '--attempt', '0'])).stdout).toContain('The first half is done.');
  expect((await stage.type(['logs', id])).stdout).toContain('The second half is done.');
  expect(await stage.get(['result', id])).toMatchObject({ last_message: 'The second half is done.' });

  // From here on it is the task of the other agent.
  await stage.get(['resume', id, '--message', `Say it again. ${marked('begins', `${tag}-again`)}`]);
  await stage.get(['wait', id]);
  expect((await stage.status(id)).attempts.at(-1)).toMatchObject({ cause: 'resume', resumes_session: true });
  expect(model.requestsOf(`begins ${tag}-again`)[0]).toMatchObject({ agent: to });
});

test('an agent without sessions is given the checkpoint on each resume', async () => {
  const stage = await setStage(model, 'codex');
  const program = stage.home.program(
    'own-agent',
    '#!/bin/sh\ncat > "prompt-$(ls prompt-* 2>/dev/null | wc -l)"\necho "I did it."\n',
  );
  writeFiles(join(stage.home.home, '.dispatch'), {
    'config.yaml': `backends:\n  own:\n    executable: ${program}\n`,
  });
  const { task_id: id } = await stage.get<{ task_id: string }>([
    'run',
    '--backend',
    'own',
    '--prompt',
    'Work.',
  ]);
  await stage.get(['wait', id]);
  const resumed = await stage.get<Fresh>(['resume', id, '--message', 'Once more.']);
  expect(resumed.notices.join()).toContain('own does not go on in the session before');
  await stage.get(['wait', id]);
  expect(readdirSync(stage.repo).filter((name) => name.startsWith('prompt-'))).toHaveLength(2);
  expect(readFileSync(join(stage.repo, 'prompt-1'), 'utf8')).toMatch(
    /You are the worker[^]*<request>\nWork\.[^]*worked on before, once[^]*<worker>\nI did it\.[^]*prompt-0[^]*Once more\./,
  );
  expect((await stage.status(id)).attempts[1]).toMatchObject({ cause: 'resume', resumes_session: false });
});

test('another agent is for a new session only, and one that is not there is none', async () => {
  const { stage, id } = await halfDone('codex', 'refused');
  expect(await stage.ask('resume', id, '--backend', 'claude', '--message', 'x')).toMatchObject({
    exitCode: 2,
    error: { code: 'needs_fresh', hint: expect.stringContaining('--fresh') },
  });
  expect(await stage.ask('resume', id, '--fresh')).toMatchObject({
    exitCode: 4,
    error: { code: 'message_missing' },
  });
  rmSync(join(stage.home.bin, 'claude'));
  expect(await stage.ask('resume', id, '--fresh', '--backend', 'claude', '--message', 'x')).toMatchObject({
    exitCode: 5,
    error: { code: 'backend_missing' },
  });
  expect((await stage.status(id)).attempts).toHaveLength(1);
});
