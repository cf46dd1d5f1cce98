// A question that is answered where it is seen: `run --foreground`, `logs --follow` and `wait` at a terminal.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Stage } from './harness/index.ts';
import {
  cleanUpAfterEach,
  dataOf,
  dispatch,
  dispatchProgram,
  killAll,
  stageScriptedAgent,
  until,
} from './harness/index.ts';
import { askingAgent } from './fakes/asking-agent.ts';
import { openTerminal, openTerminalWith, type Terminal } from './harness/terminal.ts';

cleanUpAfterEach();

let stage: Stage;
beforeEach(async () => {
  stage = await stageScriptedAgent(askingAgent);
});

const question = /│ Red or blue\?[^]*Answer: /;

const at = (args: string[], env: Record<string, string> = {}, size = {}): Terminal =>
  openTerminal(args, { cwd: stage.cwd, env: { ...stage.home.env, ...env }, ...size });

const foreground = (prompt: string, ...args: string[]): Terminal =>
  at(['run', '--foreground', '--prompt', prompt, ...args]);

interface Seen {
  id: string;
  status: string;
  reason: string;
  attempts: unknown[];
  questions: { answered_by: string | null; taken_by: string | null }[];
}

const newest = async (): Promise<Seen> => dataOf<Seen>(await stage.type(['status', '@last']));
const answer = (text: string) => stage.type(['answer', '@last', '--message', text]);
const letGo = (): void => writeFileSync(join(stage.cwd, 'go'), '');

/** A task whose worker waits for its answer. */
async function asking(): Promise<string> {
  const { task_id: id } = dataOf<{ task_id: string }>(await stage.type(['run', '--prompt', '@ask']));
  await stage.type(['wait', id]);
  return id;
}

describe('run --foreground at a terminal', () => {
  test('the answer reaches the worker that waits, which goes on below it', async () => {
    const terminal = foreground('@ask');
    await terminal.shows(question);
    expect(terminal.cursorVisible()).toBe(true);
    terminal.type('green\r');
    expect(await terminal.ended).toBe(0);
    expect(terminal.lines().join('\n')).toMatch(/^Answer: green\nThe answer: green\.\n\n\w+ {2}completed/m);
    expect(await newest()).toMatchObject({
      status: 'completed',
      attempts: [{}],
      questions: [{ answered_by: 'command', taken_by: 'ask' }],
    });
  });

  test('where the worker has stopped, the task is resumed with it', async () => {
    const terminal = foreground('@stop');
    await terminal.shows(question);
    terminal.type('green\r');
    expect(await terminal.ended).toBe(0);
    expect(terminal.lines().filter((line) => line === 'I stop.')).toHaveLength(1);
    expect(terminal.lines()).toContain('The answer: green.');
    expect(await newest()).toMatchObject({ status: 'completed', attempts: [{}, {}] });
  });

  test('one that was given while the attempt lived, and not taken there, is taken by the next', async () => {
    const terminal = foreground('@late');
    await terminal.shows(question);
    await until(() => existsSync(join(stage.cwd, 'gave-up')), { what: 'nobody waits for the answer' });
    terminal.type('green\r');
    await until(async () => (await newest()).questions[0]?.answered_by === 'command', { what: 'answered' });
    letGo();
    expect(await terminal.ended).toBe(0);
    expect(terminal.lines()).toContain('The answer: green.');
    expect(await newest()).toMatchObject({ status: 'completed', attempts: [{}, {}] });
  });

  test('of several lines: each but the last ends with a backslash, or they are pasted', async () => {
    const typed = foreground('@ask');
    await typed.shows(question);
    typed.type('one \\\r');
    await until(() => typed.lines().at(-2) === 'Answer: one \\', { what: 'another line is begun' });
    typed.type('two\r');
    expect(await typed.ended).toBe(0);
    expect(typed.lines().join('\n')).toContain('The answer: one\ntwo.');
    const pasted = foreground('@ask');
    await pasted.shows(question);
    pasted.type('three\rfour\r');
    expect(await pasted.ended).toBe(0);
    expect(pasted.lines().join('\n')).toContain('The answer: three\nfour.');
  });

  test('an empty answer leaves it open, and the command ends as without a terminal', async () => {
    const terminal = foreground('@ask');
    await terminal.shows(question);
    terminal.type('\r');
    expect(await terminal.ended).toBe(20);
    const { id, reason } = await newest();
    expect(reason).toBe('question');
    expect(terminal.screen()).toContain(`Next: dispatch answer ${id} --message "…"`);
    expect(terminal.screen().split('Red or blue?')).toHaveLength(2);
    await answer('green');
  });

  test('keys that were hit before are no answer', async () => {
    const terminal = foreground('@hold then ask');
    await terminal.shows(/It begins\./);
    await until(() => terminal.lines().some((line) => line.startsWith('● running')), { what: 'a live line' });
    terminal.type('yes\r\r');
    letGo();
    expect(await terminal.ended).toBe(0);
    expect(terminal.lines().join('\n')).not.toContain('yes');
  });

  test('answered elsewhere, by a command or by hand, it is withdrawn and the following goes on', async () => {
    const terminal = foreground('@ask');
    await terminal.shows(question);
    terminal.type('gre');
    await terminal.shows(/Answer: gre/);
    await answer('blue');
    expect(await terminal.ended).toBe(0);
    expect(terminal.screen()).toMatch(
      /Answered elsewhere; what you typed was not sent\.[^]*The answer: blue\./,
    );
    const second = foreground('@ask');
    await second.shows(question);
    const { id } = await newest();
    writeFileSync(join(stage.taskDir(id), 'mailbox/001.answer'), 'black');
    expect(await second.ended).toBe(0);
    expect(second.screen()).toMatch(/Answered elsewhere\.[^]*The answer: black\./);
  });

  test('a task that is cancelled needs no answer', async () => {
    const terminal = foreground('@ask');
    await terminal.shows(question);
    await stage.type(['cancel', '@last']);
    expect(await terminal.ended).toBe(22);
    expect(terminal.screen()).toContain('The task is over, and needs no answer.');
  });

  test('Ctrl-C detaches, and the question stays', async () => {
    const terminal = foreground('@ask');
    await terminal.shows(question);
    terminal.type('gre\x03');
    expect(await terminal.ended).toBe(130);
    expect(terminal.screen()).toContain('goes on.');
    expect(await newest()).toMatchObject({ reason: 'question' });
    await answer('green');
  });
});

describe('logs --follow and wait', () => {
  test('put it, too, and go on with the answer', async () => {
    await asking();
    const logs = at(['logs', '@last', '--follow']);
    await logs.shows(question);
    const wait = at(['wait', '@last']);
    await wait.shows(question);
    wait.type('green\r');
    expect(await wait.ended).toBe(0);
    expect(await logs.ended).toBe(0);
    expect(logs.screen()).toMatch(/Answered elsewhere\.[^]*The answer: green\./);
  });

  test('left open, `logs` goes on without it, and `wait` ends with 20', async () => {
    await asking();
    const logs = at(['logs', '@last', '--follow']);
    await logs.shows(question);
    logs.type('\r');
    await until(() => logs.lines().some((line) => line.startsWith('? has a question')), {
      what: 'it goes on',
    });
    const wait = at(['wait', '@last', '--timeout', '30s']);
    await wait.shows(question);
    wait.type('\x04');
    expect(await wait.ended).toBe(20);
    const limited = at(['wait', '@last', '--timeout', '1s']);
    await limited.shows(question);
    expect(await limited.ended).toBe(20);
    await answer('green');
    expect(await logs.ended).toBe(0);
    expect(logs.lines()).toContain('The answer: green.');
  });
});

test('what was typed while `wait` still waited is no answer', async () => {
  const { task_id: id } = dataOf<{ task_id: string }>(await stage.type(['run', '--prompt', '@later']));
  const wait = at(['wait', id]);
  wait.type('ls -la\r');
  await wait.shows(/ls -la/);
  letGo();
  await wait.shows(question);
  wait.type('green\r');
  expect(await wait.ended).toBe(0);
  expect((await stage.type(['logs', id])).stdout).toContain('The answer: green.');
});

test('of several tasks the one that asks first is heard first', async () => {
  const held = dataOf<{ task_id: string }>(await stage.type(['run', '--prompt', '@hold']));
  const id = await asking();
  const wait = at(['wait', held.task_id, id]);
  await wait.shows(question);
  wait.type('green\r');
  await until(async () => (await newest()).status === 'completed', { what: 'the one that asked is over' });
  letGo();
  expect(await wait.ended).toBe(0);
});

test('a job in the background asks nobody and draws nothing, and ends as ever', async () => {
  const id = await asking();
  const quoted = (args: string[]): string =>
    [process.execPath, dispatchProgram, ...args].map((word) => `'${word}'`).join(' ');
  const script = `set -m; ${quoted(['wait', id])} & ${quoted(['list', '--watch', '--limit', '1'])} & wait %1; echo "ended with $?"; kill %2`;
  const shell = openTerminalWith(['/bin/bash', '-c', script], { cwd: stage.cwd, env: stage.home.env });
  await shell.shows(/ended with 20/);
  await shell.ended;
  expect(shell.screen()).not.toContain('Answer:');
  await answer('green');
});

test('logs --follow tells of a worker that was killed with all of dispatch', async () => {
  const { task_id: id } = dataOf<{ task_id: string }>(
    await stage.type(['run', '--prompt', '@hold', '--on-interrupt', 'park']),
  );
  await until(async () => (await newest()).reason === 'working', { what: 'it is at work' });
  const logs = at(['logs', id, '--follow']);
  await until(() => logs.lines().some((line) => line.startsWith('● running')), { what: 'a live line' });
  // All but the one that looks on, as where the machine was short of memory.
  await killAll(({ pid, env, argv }) => {
    const isOfTask = env.DISPATCH_ATTEMPT?.startsWith(`${id}:`) === true;
    return pid !== process.pid && (isOfTask || (argv.includes('supervise') && argv.includes(stage.root)));
  });
  expect(await logs.ended).toBe(0);
  expect(await newest()).toMatchObject({ status: 'awaiting_user', reason: 'interrupted' });
});

describe('nobody is asked', () => {
  test.for<[string, string[], Record<string, string>]>([
    ['where that was ruled out', ['--no-input'], {}],
    ['in CI', [], { CI: 'true' }],
    ['by an agent with a terminal', [], { CLAUDECODE: '1' }],
    ['on a terminal that shows lines only', [], { TERM: 'dumb' }],
    ['with --json', ['--json'], {}],
  ])('%s', async ([, args, env]) => {
    const terminal = at(['run', '--foreground', '--prompt', '@ask', ...args], env);
    expect(await terminal.ended).toBe(20);
    expect(terminal.screen()).not.toContain('Answer:');
    await answer('green');
  });

  test('without a terminal, and what is printed then has nothing of one', async () => {
    const place = { cwd: stage.cwd, env: stage.home.env };
    for (const input of [undefined, 'green\n']) {
      const piped = await dispatch(['run', '--foreground', '--prompt', '@ask'], {
        ...place,
        ...(input === undefined ? {} : { input }),
      });
      expect(piped.exitCode).toBe(20);
      // eslint-disable-next-line no-control-regex -- drawn with
      expect(piped.stdout).not.toMatch(/\x1b|Answer:|●|Enter sends/);
      expect((await dispatch(['wait', '@last'], place)).exitCode).toBe(20);
      await answer('green');
    }
  });
});
