// `list --watch`: drawn in place at a terminal, told change by change elsewhere.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Stage } from './harness/index.ts';
import {
  cleanUpAfterEach,
  dataOf,
  livingProcesses,
  makeRepo,
  signal,
  stageScriptedAgent,
  startDispatch,
  until,
} from './harness/index.ts';
import { openTerminal, type Terminal } from './harness/terminal.ts';

cleanUpAfterEach();

let stage: Stage;
beforeEach(async () => {
  stage = await stageScriptedAgent(`#!/bin/sh
case $(cat) in
  *@hold*) while [ ! -e go ]; do sleep 0.05; done ;;
esac
`);
});

async function start(prompt: string, ...args: string[]): Promise<string> {
  const started = await stage.type(['run', '--prompt', prompt, ...args]);
  return dataOf<{ task_id: string }>(started).task_id;
}

async function ended(prompt: string): Promise<string> {
  const id = await start(prompt);
  await stage.type(['wait', id]);
  return id;
}

const watch = (args: string[] = [], env: Record<string, string> = {}, size = {}): Terminal =>
  openTerminal(['list', '--watch', ...args], { cwd: stage.cwd, env: { ...stage.home.env, ...env }, ...size });

const letGo = (): void => writeFileSync(join(stage.cwd, 'go'), '');

const tableOf = (terminal: Terminal): string[] =>
  terminal.lines().slice(terminal.lines().findIndex((line) => line.startsWith('TASK')));

describe('at a terminal', () => {
  test('what changes is drawn in place, without a key; what is typed is not shown; Ctrl-C leaves the last table', async () => {
    const first = await ended('One.');
    const terminal = watch();
    await terminal.shows(/completed/);
    terminal.type('abc\r\r');
    const second = await start('@hold Two.');
    await until(() => tableOf(terminal)[1]?.includes(second), { what: 'the new task is the first' });
    await until(() => / running /.test(tableOf(terminal)[1]!), { what: 'it runs' });
    letGo();
    await until(() => / completed /.test(tableOf(terminal)[1]!), { what: 'it is over' });
    expect(terminal.cursorVisible()).toBe(false);
    terminal.type('\x03');
    expect(await terminal.ended).toBe(130);
    expect(tableOf(terminal).map((line) => line.split(' ')[0])).toEqual(['TASK', second, first, '']);
    expect(terminal.lines().filter((line) => line.startsWith('TASK'))).toHaveLength(1);
    expect(terminal.lines().join()).not.toContain('abc');
    expect(terminal.cursorVisible()).toBe(true);
    expect(terminal.printed()).toContain('\x1b[?25h');
  });

  test('it fits another size at once, in height as in width', async () => {
    for (const number of [1, 2, 3]) await ended(`${'Number '.repeat(20)}${number}.`);
    const terminal = watch([], {}, { columns: 110, rows: 20 });
    await terminal.shows(/completed[^]*completed[^]*completed/);
    expect(Math.max(...tableOf(terminal).map((line) => line.length))).toBe(110);
    terminal.resize(70, 20);
    await until(() => tableOf(terminal).every((line) => line.length <= 70), { what: 'it is narrow' });
    terminal.resize(70, 4);
    await until(() => tableOf(terminal).at(-1) === '… 2 more', { what: 'it is low' });
    expect(tableOf(terminal)).toHaveLength(3);
    terminal.type('\x03');
    expect(await terminal.ended).toBe(130);
  });

  test.for(['SIGTERM', 'SIGHUP'] as const)('the cursor is given back at %s', async (name) => {
    const id = await ended('One.');
    const terminal = watch();
    await terminal.shows(/completed/);
    const watching = livingProcesses().find(
      ({ argv, env }) => argv.includes('--watch') && env['HOME'] === stage.home.home && argv[0] !== 'script',
    );
    signal(watching!.pid, name);
    await terminal.ended;
    expect(terminal.cursorVisible()).toBe(true);
    // Then the shell says what has ended it.
    expect(tableOf(terminal)[1]).toContain(id);
    expect(terminal.lines().join('\n').split(id)).toHaveLength(2);
  });

  test('NO_COLOR is obeyed; one that cannot be drawn on is told change by change', async () => {
    const id = await ended('One.');
    // eslint-disable-next-line no-control-regex -- colours are what is looked for
    const colour = /\x1b\[[\d;]*m/;
    const plain = watch([], { NO_COLOR: '1' });
    await plain.shows(/completed/);
    expect(plain.printed()).not.toMatch(colour);
    const coloured = watch();
    await coloured.shows(/completed/);
    expect(coloured.printed()).toMatch(colour);
    const dumb = watch([], { TERM: 'dumb' });
    await dumb.shows(/completed/);
    expect(dumb.printed()).not.toContain('\x1b');
    expect(dumb.lines()[0]).toMatch(new RegExp(`^2.*Z {2}${id} {2}completed {2}scripted {2}One\\.$`));
  });
});

interface Value {
  type?: 'task' | 'gone';
  task_id: string;
  status?: string;
  root?: string;
  data?: { interrupted: boolean };
}

test('without a terminal: a line for each task and each change, as JSON with what has left the list', async () => {
  const first = await ended('One.');
  const place = { cwd: stage.cwd, env: stage.home.env };
  const lines = startDispatch(['list', '--watch'], place);
  const values = startDispatch(['list', '--watch', '--active', '--json', '--everywhere'], place);
  const told = (): Value[] =>
    values
      .printed()
      .stdout.split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Value);
  await until(() => lines.printed().stdout.includes(first), { what: 'the task is told' });
  const second = await start('@hold Two.');
  await until(() => told().some(({ status }) => status === 'running'), { what: 'it runs' });
  const other = join(makeRepo({}), '.dispatch');
  const draft = await start('Three.', '--root', other, '--mode', 'discuss', '--no-agent');
  await until(() => told().some(({ task_id: id }) => id === draft), { what: 'another store is looked at' });
  letGo();
  await until(() => told().some(({ type }) => type === 'gone'), { what: 'it has left the list' });
  await until(() => / completed .*Two/.test(lines.printed().stdout), { what: 'its end is told' });
  for (const { pid } of [lines, values]) signal(pid, 'SIGINT');
  expect((await values.ended).exitCode).toBe(130);
  const all = told();
  expect(all.pop()).toEqual({ ok: true, data: { interrupted: true } });
  expect(all.every(({ type }) => type === 'task' || type === 'gone')).toBe(true);
  expect(all.find(({ type }) => type === 'gone')).toEqual({
    type: 'gone',
    task_id: second,
    root: stage.root,
  });
  expect(all.find(({ task_id: id }) => id === draft)).toMatchObject({ type: 'task', root: other });
  const ended130 = await lines.ended;
  expect(ended130).toMatchObject({ exitCode: 130, stderr: '' });
  expect(ended130.stdout).not.toContain('\x1b');
  expect(ended130.stdout.split('\n').filter((line) => line.includes(first))).toHaveLength(1);
});
