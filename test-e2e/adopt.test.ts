// `adopt` makes a task of a session that was begun by hand; the first resume goes on in it, by the rules of dispatch.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelServer } from './harness/index.ts';
import {
  cleanUpAfterEach,
  installAgents,
  makeRepo,
  marked,
  runAgent,
  startModelServer,
  text,
  userTexts,
  writeFiles,
} from './harness/index.ts';
import type { AgentName, SeenTask, Stage } from './harness/stage.ts';
import { setStage } from './harness/stage.ts';
import { leave, openTerminal } from './harness/terminal.ts';

let model: ModelServer;
const usage = { input: 1000, output: 100 };

beforeAll(async () => {
  await installAgents();
  model = await startModelServer({
    hand: [text('By hand.', { usage }), text('As a task.', { usage }), text('Again.', { usage })],
  });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

interface Told {
  task: SeenTask & { usage: Record<string, number | null> | null; begins_from: { how: string } | null };
}

const claudeId = '11111111-2222-4333-8444-555555555555';

/** Works with the agent as its user does without dispatch; returns what names the session. */
async function workByHand(stage: Stage, tag: string): Promise<string> {
  const { agent, repo: cwd, home } = stage;
  const place = { cwd, env: home.env, prompt: `Look around. ${marked('hand', tag)}` };
  if (agent === 'codex') {
    const { events } = await runAgent('codex', ['exec', '-s', 'read-only', '--json', '-'], place);
    return String(events[0]?.thread_id);
  }
  if (agent === 'claude') {
    await runAgent(
      'claude',
      ['-p', '--session-id', claudeId, '--output-format', 'stream-json', '--verbose'],
      place,
    );
    return claudeId;
  }
  await runAgent('pi', ['-p', '--mode', 'json'], place);
  const folder = join(home.home, '.pi/agent/sessions');
  const [file] = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.jsonl'),
  );
  return join(folder, file!);
}

const adopt = (stage: Stage, session: string, ...more: string[]) =>
  stage.ask<{ task_id: string; task: SeenTask }>(
    'adopt',
    '--backend',
    stage.agent,
    '--session',
    session,
    ...more,
  );

describe.each<{ agent: AgentName; used: object; then: object }>([
  // What was used by hand is in what codex tells, and nobody knows how much of it.
  {
    agent: 'codex',
    used: { input_tokens: null, output_tokens: null },
    then: { input_tokens: 1000, output_tokens: 100 },
  },
  {
    agent: 'claude',
    used: { input_tokens: 1000, output_tokens: 100, cost_usd: null },
    then: { input_tokens: 2000, output_tokens: 200 },
  },
  {
    agent: 'pi',
    used: { input_tokens: 1000, output_tokens: 100 },
    then: { input_tokens: 2000, output_tokens: 200 },
  },
])('$agent', ({ agent, used, then }) => {
  test('goes on in the very session, and tells no use that it cannot know', async () => {
    const stage = await setStage(model, agent);
    const session = await workByHand(stage, agent);
    const adopted = await adopt(stage, session);
    expect(adopted).toMatchObject({
      exitCode: 0,
      data: {
        task: {
          status: 'awaiting_user',
          reason: 'by_hand',
          attempts: [],
          begins_from: { how: 'adopt' },
          session: { established: true, locator: { value: session } },
        },
      },
    });
    const id = adopted.data!.task_id;
    expect(model.requestsOf(`hand ${agent}`)).toHaveLength(1);
    expect(readdirSync(join(stage.root, 'tasks', id, 'outputs'))).toEqual([]);
    expect(await stage.ask('resume', id)).toMatchObject({ exitCode: 4, error: { code: 'message_missing' } });

    await stage.get(['resume', id, '--message', 'Now do it.']);
    await stage.get(['wait', id]);
    const whole = async () => (await stage.get<Told>(['inspect', id])).task;
    expect(await whole()).toMatchObject({
      status: 'completed',
      session: { locator: { value: session } },
      attempts: [{ cause: 'resume', resumes_session: true, outcome: 'succeeded' }],
      usage: used,
    });
    const request = model.requestsOf(`hand ${agent}`)[1]!;
    expect(userTexts(request).join('\n')).toMatch(
      /Look around\.[^]*This session goes on as a dispatch task\.[^]*You are the worker[^]*Now do it\./,
    );
    expect(request.messages.map((message) => message.text)).toContain('By hand.');

    await stage.get(['resume', id, '--message', 'And once more.']);
    await stage.get(['wait', id]);
    expect(await whole()).toMatchObject({ attempts: [{}, { outcome: 'succeeded' }], usage: then });
    expect(
      userTexts(model.requestsOf(`hand ${agent}`)[2]!)
        .join('\n')
        .match(/You are the worker/g),
    ).toHaveLength(1);
  });

  test('belongs to one task of all that its user has', async () => {
    const stage = await setStage(model, agent);
    const session = await workByHand(stage, `${agent}-twice`);
    const first = await adopt(stage, session);
    const elsewhere = join(makeRepo({}), '.dispatch');
    for (const more of [[], ['--root', elsewhere]])
      expect(await adopt(stage, session, ...more)).toMatchObject({
        exitCode: 4,
        error: { code: 'session_taken', message: expect.stringContaining(first.data!.task_id) },
      });
    expect(readdirSync(join(stage.root, 'tasks'))).toEqual([first.data!.task_id]);
  });

  test('is refused where the agent keeps no such session', async () => {
    const stage = await setStage(model, agent);
    const typed = agent === 'pi' ? join(stage.repo, 'a.txt') : 'aaaaaaaa-1111-4111-8111-111111111111';
    expect(await adopt(stage, typed)).toMatchObject({ exitCode: 4, error: { code: 'session_not_found' } });
    if (agent !== 'pi') {
      expect(await adopt(stage, '--help me')).toMatchObject({ exitCode: 2 });
      expect(await adopt(stage, 'a/../b')).toMatchObject({ exitCode: 2, error: { code: 'invalid_value' } });
      expect(await adopt(stage, typed, '--force')).toMatchObject({ exitCode: 0 });
    }
  });
});

test('one that was entered before it was resumed hears the rules of dispatch all the same', async () => {
  const stage = await setStage(model, 'pi');
  const { data } = await adopt(stage, await workByHand(stage, 'entered'));
  const id = data!.task_id;
  const terminal = openTerminal(['enter', id], { cwd: stage.repo, env: stage.home.env });
  await terminal.shows(/By hand\./);
  expect(await leave(terminal)).toBe(0);
  await stage.get(['resume', id, '--message', 'Now do it.']);
  await stage.get(['wait', id]);
  expect(await stage.status(id)).toMatchObject({
    status: 'completed',
    attempts: [{ kind: 'interactive' }, { outcome: 'succeeded', resumes_session: true }],
  });
  expect(userTexts(model.requestsOf('hand entered')[1]!).join('\n')).toMatch(
    /Look around\.[^]*This session goes on as a dispatch task\.[^]*You are the worker[^]*Now do it\./,
  );
});

test('claude goes on only in the folder in which the session was begun', async () => {
  const stage = await setStage(model, 'claude');
  const session = await workByHand(stage, 'elsewhere');
  const other = makeRepo({});
  const refused = await adopt(stage, session, '--workspace', other);
  expect(refused).toMatchObject({
    exitCode: 4,
    error: { code: 'session_not_found', hint: expect.stringContaining('--workspace') },
  });
});

test('an agent without sessions has none to adopt', async () => {
  const stage = await setStage(model, 'codex');
  const program = stage.home.program('own-agent', '#!/bin/sh\ncat\n');
  writeFiles(join(stage.home.home, '.dispatch'), {
    'config.yaml': `backends:\n  own:\n    executable: ${program}\n`,
  });
  expect(await stage.ask('adopt', '--backend', 'own', '--session', 'abc')).toMatchObject({
    exitCode: 4,
    error: { code: 'not_adoptable' },
  });
});
