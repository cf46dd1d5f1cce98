// What commands print at a terminal of 80 columns: lines that fit, and links where it has them.
import { hostname } from 'node:os';
import { beforeEach, expect, test } from 'vitest';
import type { Stage } from './harness/index.ts';
import { cleanUpAfterEach, dataOf, dispatch, stageScriptedAgent } from './harness/index.ts';
import { openTerminal } from './harness/terminal.ts';

cleanUpAfterEach();

let stage: Stage;
let id: string;
beforeEach(async () => {
  stage = await stageScriptedAgent(`#!/bin/sh
folder=$(sed -n 's/^Its folder is \\([^:]*\\):.*/\\1/p')
{ printf 'Which of the two, %s? ' $(seq 1 40); seq -s x 1 99; } > "$folder/mailbox/001.question"
`);
  const prompt = `${'A long title '.repeat(9)}\n${'and more '.repeat(99)}`;
  id = dataOf<{ task_id: string }>(await stage.type(['run', '--prompt', prompt])).task_id;
  await stage.type(['wait', id]);
});

async function shown(args: string[], env: Record<string, string> = {}): Promise<string> {
  const terminal = openTerminal(args, {
    cwd: stage.cwd,
    env: { ...stage.home.env, ...env },
    columns: 80,
    rows: 24,
  });
  await terminal.ended;
  return terminal.printed();
}

// eslint-disable-next-line no-control-regex -- what a terminal acts on
const styles = /\x1b\[[\d;]*m/g;

test.for([
  ['--help'],
  ['run', '--help'],
  ['list', '--help'],
  ['adopt', '--help'],
  ['list', '--everywhere'],
  ['inspect', '@last'],
  ['questions'],
  ['backends'],
])('no line of %j is wider', async (args) => {
  const lines = (await shown(args)).replaceAll(styles, '').split('\r\n');
  // Commands that may be typed, and paths, are left in one piece.
  const broken = lines.filter(
    (line) => !/dispatch .* --|^ {2}(workspace|files) | {2}installed {2}.*\//.test(line),
  );
  expect(broken.filter((line) => Array.from(line).length > 80)).toEqual([]);
  expect(lines.length).toBeGreaterThan(1);
});

test('every row of a question begins with its bar', async () => {
  const text = (await shown(['questions'])).replaceAll(styles, '');
  const rows = text
    .slice(text.indexOf('Question 001'), text.indexOf('Next:'))
    .trimEnd()
    .split('\r\n')
    .slice(1);
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.filter((row) => !row.startsWith('│ '))).toEqual([]);
});

test('paths are links where the terminal has them, and text elsewhere', async () => {
  const link = `\x1b]8;;file://${hostname()}${stage.taskDir(id)}\x1b\\${stage.taskDir(id)}\x1b]8;;\x1b\\`;
  expect(await shown(['inspect', id], { KITTY_WINDOW_ID: '1' })).toContain(link);
  const begin = '\x1b]8;;';
  const without: Record<string, string>[] = [
    {},
    { KITTY_WINDOW_ID: '1', TMUX: 'x' },
    { KITTY_WINDOW_ID: '1', NO_COLOR: '1' },
  ];
  for (const env of without) expect(await shown(['inspect', id], env)).not.toContain(begin);
  const env = { ...stage.home.env, FORCE_HYPERLINK: '1' };
  expect((await dispatch(['inspect', id], { cwd: stage.cwd, env })).stdout).not.toContain(begin);
});
