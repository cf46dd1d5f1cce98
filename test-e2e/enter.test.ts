// `enter` opens the agent's own program on the session of a task, in a terminal; afterwards the task waits for its user.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultEnvironment, readLog } from './faults/faults.ts';
import type { ModelServer } from './harness/index.ts';
import {
  cleanUpAfterEach,
  installAgents,
  killAll,
  marked,
  processesWithMark,
  startModelServer,
  temporaryFolder,
  text,
  until,
  userTexts,
  writeFiles,
} from './harness/index.ts';
import type { AgentName, SeenTask, Stage } from './harness/stage.ts';
import { setStage } from './harness/stage.ts';
import { leave, openTerminal, openTerminalWith, type Terminal } from './harness/terminal.ts';

let model: ModelServer;
const usage = { input: 1000, output: 100 };

beforeAll(async () => {
  await installAgents();
  model = await startModelServer({
    story: [text('First.', { usage }), text('By hand.', { usage }), text('As a task.', { usage })],
  });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

interface Told {
  task: SeenTask & { usage: Record<string, number | null>; attempts: { kind: string; status: string }[] };
}

const whole = async (stage: Stage, id: string) => (await stage.get<Told>(['inspect', id])).task;
const agentsOf = (id: string) =>
  processesWithMark(id).filter(({ env }) => env.DISPATCH_ATTEMPT === `${id}:1`);

/** A completed task of an agent whose user has seen all that its program asks at first. */
async function completed(agent: AgentName, tag: string): Promise<{ stage: Stage; id: string }> {
  const stage = await setStage(model, agent);
  const { codexHome, claudeConfigDir, env } = stage.home;
  if (agent === 'codex') {
    const config = join(codexHome, 'config.toml');
    writeFileSync(
      config,
      `${readFileSync(config, 'utf8')}
[projects."${stage.repo}"]
trust_level = "trusted"
[tui]
screen_reader_detection_done = true
[notice.model_migrations]
"gpt-5.5" = "gpt-6-sol"
`,
    );
  }
  if (agent === 'claude')
    writeFiles(claudeConfigDir, {
      '.claude.json': JSON.stringify({
        hasCompletedOnboarding: true,
        theme: 'dark',
        customApiKeyResponses: { approved: [env['ANTHROPIC_API_KEY']!.slice(-20)], rejected: [] },
        projects: { [stage.repo]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } },
      }),
    });
  const id = await stage.run('--prompt', `Begin. ${marked('story', tag)}`);
  await stage.get(['wait', id]);
  return { stage, id };
}

const enter = (stage: Stage, ...args: string[]): Terminal =>
  openTerminal(['enter', ...args], { cwd: stage.repo, env: stage.home.env });

/** Types the words until the agent's program has begun to listen and shows them, then Enter until it has taken them. */
async function say(terminal: Terminal, words: string, heard: () => boolean): Promise<void> {
  const bare = (screen: string): string => screen.replaceAll(/\s/g, '');
  const typed = (): boolean => bare(terminal.screen()).includes(bare(words));
  await pressUntil(terminal, words, typed, `it shows ${words}`);
  await pressUntil(terminal, '\r', heard, `${words} is heard`);
}

/** Types the keys every two seconds until the condition holds, which is looked at ten times between. */
async function pressUntil(
  terminal: Terminal,
  keys: string,
  holds: () => boolean,
  what: string,
): Promise<void> {
  for (let pressed = 0; pressed < 15; pressed += 1) {
    terminal.type(keys);
    for (let looked = 0; looked < 10; looked += 1) {
      await sleep(200);
      if (holds()) return;
    }
  }
  throw new Error(`never saw that ${what}: ${terminal.screen().slice(-2000)}`);
}

describe.each<{ agent: AgentName; ready: RegExp; third: object }>([
  { agent: 'pi', ready: /First\./, third: { input_tokens: 2000, output_tokens: 200 } },
  { agent: 'claude', ready: /First\./, third: { input_tokens: 2000, output_tokens: 200, cost_usd: 0.006 } },
  // What was used by hand is part of what it tells next, and nobody knows how much of it.
  { agent: 'codex', ready: /First\./, third: { input_tokens: 1000, output_tokens: 100 } },
])('$agent', ({ agent, ready, third }) => {
  test('what is said there is part of the next resume', async () => {
    const { stage, id } = await completed(agent, agent);
    const { session } = await stage.status(id);
    const terminal = enter(stage, id);
    await terminal.shows(ready);
    expect(await whole(stage, id)).toMatchObject({
      status: 'running',
      attempt_alive: true,
      attempts: [{}, { kind: 'interactive', cause: 'enter', automatic: false, resumes_session: true }],
    });
    expect(await stage.ask('resume', id, '--message', 'x')).toMatchObject({
      exitCode: 4,
      error: { code: 'attempt_alive' },
    });
    await say(terminal, 'Say it by hand.', () => model.requestsOf(`story ${agent}`).length === 2);
    await terminal.shows(/By hand\./);
    // A shell would take the terminal back now; here the agent keeps it.
    terminal.type('\x1a');
    await sleep(500);
    expect(await leave(terminal)).toBe(0);
    expect(terminal.screen()).toContain(`dispatch resume ${id} --message`);
    expect(await whole(stage, id)).toMatchObject({
      status: 'awaiting_user',
      reason: 'by_hand',
      session,
      attempts: [{}, { status: 'awaiting_user' }],
      usage: { input_tokens: 1000, output_tokens: 100 },
    });
    await stage.get(['resume', id, '--message', 'Now as a task.']);
    await stage.get(['wait', id]);
    expect(userTexts(model.requestsOf(`story ${agent}`)[2]!).join('\n')).toMatch(
      /Begin\.[^]*Say it by hand\.[^]*Now as a task\./,
    );
    expect(model.requestsOf(`story ${agent}`)[2]!.messages.map((message) => message.text)).toContain(
      'By hand.',
    );
    expect(await whole(stage, id)).toMatchObject({ status: 'completed', session, usage: third });
  });
});

describe('an entered task', () => {
  test('is left to its user, and to nobody else, when everything of it was killed', async () => {
    const { stage, id } = await completed('pi', 'killed');
    const terminal = enter(stage, id);
    await terminal.shows(/First\./);
    await until(async () => (await whole(stage, id)).attempt_alive === true, { what: 'it is open' });
    await killAll(({ env, cwd }) => env['HOME'] === stage.home.home || cwd.startsWith(stage.repo));
    expect(await stage.status(id)).toMatchObject({ status: 'awaiting_user', reason: 'interrupted' });
    await sleep(3000);
    expect(await whole(stage, id)).toMatchObject({ status: 'awaiting_user', attempts: [{}, {}] });
    expect(model.requestsOf('story killed')).toHaveLength(1);
    expect(processesWithMark(id)).toEqual([]);
  });

  test('outlives dispatch, which is found at work again', async () => {
    const { stage, id } = await completed('pi', 'outlives');
    const terminal = enter(stage, id);
    await terminal.shows(/First\./);
    await killAll(({ argv, env }) => env['HOME'] === stage.home.home && argv.includes('supervise'));
    expect(await stage.status(id)).toMatchObject({ status: 'running', attempt_alive: true });
    expect(await leave(terminal)).toBe(0);
    expect(await stage.status(id)).toMatchObject({ reason: 'by_hand' });
  });

  test('is ended by a cancel, terminal and all', async () => {
    const { stage, id } = await completed('pi', 'cancelled');
    const terminal = enter(stage, id);
    await terminal.shows(/First\./);
    expect(await stage.get<{ confirmed: boolean }>(['cancel', id])).toMatchObject({
      confirmed: true,
      task: { status: 'cancelled', reason: 'user' },
    });
    await terminal.ended;
    expect(agentsOf(id)).toEqual([]);
  });

  test('whose `enter` died before the agent was there is opened by nobody', async () => {
    const { stage, id } = await completed('pi', 'died');
    const log = join(temporaryFolder('log'), 'calls');
    const faults = { roots: [stage.repo], process: 'enter', log };
    const typed = (more: object) =>
      openTerminal(['enter', id], {
        cwd: stage.repo,
        env: faultEnvironment({ ...faults, ...more }, stage.home.env) as Record<string, string>,
      });
    const seen = typed({});
    await seen.shows(/First\./);
    await leave(seen);
    // The commit of the attempt is the first thing that is synced in the journal.
    const commit = readLog(log).find(({ call, path }) => /sync/.test(call) && path.endsWith('events.jsonl'))!;
    await typed({ at: commit.n, mode: 'kill_after' }).ended;
    expect(await stage.status(id)).toMatchObject({ status: 'running', reason: 'starting' });
    await stage.get(['wait', id, '--timeout', '30s'], 20);
    expect(await whole(stage, id)).toMatchObject({
      status: 'awaiting_user',
      reason: 'by_hand',
      attempts: [{}, {}, { outcome: 'not_started', cause: 'enter' }],
    });
  });
});

test('a session that another codex has open is told from one that is lost, and from any other error', async () => {
  const { stage, id } = await completed('codex', 'taken');
  const { session } = await stage.status(id);
  const terminal = openTerminalWith(['codex', 'resume', session!.locator.value], {
    cwd: stage.repo,
    env: stage.home.env,
  });
  await terminal.shows(/First\./);
  await stage.get(['resume', id, '--message', 'Go on.']);
  await stage.get(['wait', id], 21);
  expect(await stage.status(id)).toMatchObject({
    status: 'failed',
    reason: 'session_taken',
    hint: expect.stringContaining('close it there'),
    session,
  });
  expect(model.requestsOf('story taken')).toHaveLength(1);
});

test('without a terminal, a session or a program that opens one it is refused', async () => {
  const { stage, id } = await completed('pi', 'refused');
  for (const args of [
    ['enter', id],
    ['enter', id, '--json'],
  ])
    expect((await stage.type(args)).exitCode).toBe(5);
  expect(await stage.ask('enter', id)).toMatchObject({ error: { code: 'no_terminal' } });
  mkdirSync(join(stage.home.home, '.dispatch'), { recursive: true });
  const program = stage.home.program('own-agent', '#!/bin/sh\ncat\n');
  writeFiles(join(stage.home.home, '.dispatch'), {
    'config.yaml': `backends:\n  own:\n    executable: ${program}\n`,
  });
  const { task_id: own } = await stage.get<{ task_id: string }>(['run', '--backend', 'own', '--prompt', 'x']);
  await stage.get(['wait', own]);
  const terminal = enter(stage, own);
  expect(await terminal.ended).toBe(4);
  expect(terminal.screen()).toContain('has no session');
  expect((await stage.status(own)).attempts).toHaveLength(1);
});
