// A wrong config.yaml: the error names file, line and column, and nothing is written.
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Stage } from './harness/index.ts';
import { cleanUpAfterEach, errorOf, stageScriptedAgent, treeOf } from './harness/index.ts';

cleanUpAfterEach();

let stage: Stage;
let config: string;
beforeEach(async () => {
  stage = await stageScriptedAgent('#!/bin/sh\ncat >/dev/null\n');
  config = join(stage.home.home, '.dispatch/config.yaml');
});

const agent = 'backends:\n  scripted:\n    executable: /bin/cat\n';

test.each<[what: string, text: string, at: string, names: RegExp[]]>([
  ['a list', '- one\n', '1:1', [/mapping/]],
  ['no YAML', 'backends:\n  a: [1, 2\n', '3:1', [/not valid YAML/]],
  ['a tab', 'backends:\n\tscripted: {}\n', '2:1', [/not valid YAML/]],
  ['a key twice', `${agent}backends: {}\n`, '4:1', [/not valid YAML/]],
  ['an unknown key', `${agent}defalt: scripted\n`, '4:1', [/"defalt"/, /default/]],
  ['an unknown key below', `${agent}    exec: x\n`, '4:5', [/"exec"/, /executable/]],
  ['no executable', 'backends:\n  mine:\n    args: [a]\n', '3:5', [/backends\.mine/, /executable/]],
  ['an argument that is a number', `${agent}    args: [a, 7]\n`, '4:15', [/args/, /quotes/]],
  ['arguments that are no list', `${agent}    args: a\n`, '4:11', [/args/, /list/]],
  ['a default of nothing', `${agent}default: scriptd\n`, '4:10', [/"scriptd"/, /scripted/]],
  ['a type of nothing', 'backends:\n  c:\n    type: codx\n', '3:11', [/"codx"/, /codex/]],
  ['a name with a space', 'backends:\n  my agent:\n    executable: x\n', '2:3', [/"my agent"/]],
  ['a model of no backend', `${agent}models:\n  m:\n    backend: nix\n`, '6:14', [/"nix"/]],
  ['an alias of no model', `${agent}aliases:\n  a:\n    model: nix\n`, '6:12', [/"nix"/]],
  ['a bad duration', `${agent}settings:\n  timeout: soon\n`, '5:12', [/timeout/, /soon/]],
  ['a bad policy', `${agent}settings:\n  on_interrupt: retry\n`, '5:17', [/"retry"/, /park/]],
])('%s', async (_what, text, at, names) => {
  writeFileSync(config, text);
  const before = treeOf(stage.cwd, stage.home.home);
  const ran = await stage.type(['run', '--prompt', 'x']);
  const error = errorOf(ran);
  expect({ code: error.code, exit: ran.exitCode }).toEqual({ code: 'config_invalid', exit: 2 });
  expect(error.message).toContain(`${config}:${at}: `);
  for (const name of names) expect(`${error.message} ${error.hint}`).toMatch(name);
  expect(error.hint).toMatch(/\w/);
  expect(ran.stderr).toBe('');
  expect(treeOf(stage.cwd, stage.home.home)).toEqual(before);
});

test('a model that the config does not know', async () => {
  writeFileSync(config, `${agent}models:\n  fast:\n    backend: scripted\n    model: fast-1\n`);
  const ran = await stage.type(['run', '--prompt', 'x', '--model', 'fsat']);
  expect(ran.exitCode).toBe(2);
  expect(errorOf(ran)).toMatchObject({ code: 'unknown_model' });
  expect(errorOf(ran).message).toContain('"fsat"');
  expect(errorOf(ran).hint).toContain('fast');
});

test('a folder in its place', async () => {
  rmSync(config);
  mkdirSync(config);
  const before = treeOf(stage.cwd, stage.home.home);
  const ran = await stage.type(['run', '--prompt', 'x']);
  expect(ran.exitCode).toBe(5);
  expect(errorOf(ran)).toMatchObject({ code: 'config_unreadable' });
  expect(errorOf(ran).message).toContain(config);
  expect(treeOf(stage.cwd, stage.home.home)).toEqual(before);
});

test.skipIf(process.getuid?.() === 0)('one that may not be read', async () => {
  chmodSync(config, 0);
  const ran = await stage.type(['run', '--prompt', 'x']);
  expect(ran.exitCode).toBe(5);
  expect(errorOf(ran)).toMatchObject({ code: 'config_unreadable' });
});
