// Bad input at every boundary: one error that names value and place, the exit status of the table, nothing written.
import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { available, readOnly, runIn } from './faults/boot.ts';
import type { Stage } from './harness/index.ts';
import {
  cleanUpAfterEach,
  dataOf,
  dispatch,
  dispatchProgram,
  errorOf,
  livingProcesses,
  stageScriptedAgent,
  treeOf,
  until,
  writeFiles,
} from './harness/index.ts';

cleanUpAfterEach();

let stage: Stage;
beforeEach(async () => {
  stage = await stageScriptedAgent('#!/bin/sh\ncat >/dev/null\n');
  writeFiles(stage.cwd, { 'empty.md': '', 'blank.md': ' \n\t\n', 'task.md': 'Do it.\n' });
  writeFileSync(join(stage.cwd, 'binary'), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2]));
  writeFileSync(join(stage.cwd, 'latin1.md'), Buffer.from('gr\xfc\xdfe', 'latin1'));
  writeFileSync(join(stage.cwd, 'huge.md'), Buffer.alloc(11 * 1024 * 1024, 'a\n'));
  symlinkSync('nowhere', join(stage.cwd, 'dangling.md'));
});

/** The same command for a program and for a person: same status, one error, no stack, the tree as it was. */
async function expectError(
  args: string[],
  { exit, code, names = [] }: { exit: number; code: string; names?: (string | RegExp)[] },
): Promise<void> {
  const before = treeOf(stage.cwd, stage.home.home);
  const forProgram = await stage.type(args);
  const error = errorOf(forProgram);
  const shown = forProgram.stdout + forProgram.stderr;
  expect({ code: error.code, exit: forProgram.exitCode }, shown).toEqual({ code, exit });
  expect(forProgram.stderr).toBe('');
  expect(forProgram.stdout.trimEnd()).not.toContain('\n');
  for (const name of names) expect(`${error.message} ${error.hint ?? ''}`).toMatch(name);
  expect(error.hint, 'every error names a remedy').toMatch(/\w/);
  const forPeople = await dispatch(args, { cwd: stage.cwd, env: stage.home.env });
  expect(forPeople.exitCode).toBe(exit);
  expect(forPeople.stdout).toBe('');
  expect(forPeople.stderr).toMatch(/^dispatch: /);
  expect(forPeople.stderr + shown).not.toMatch(/^\s+at .*:\d+:\d+/m);
  expect(treeOf(stage.cwd, stage.home.home)).toEqual(before);
}

describe('argv', () => {
  test.each<[args: string[], exit: number, code: string, names: (string | RegExp)[]]>([
    [['rnu', '--prompt', 'x'], 2, 'unknown_command', ['rnu', /run/]],
    [['run', '--promt', 'x'], 2, 'unknown_option', ['--promt', '--prompt']],
    [['run'], 2, 'missing_prompt', ['--from']],
    [['run', '--prompt'], 2, 'missing_value', ['--prompt']],
    [['run', '--prompt', ''], 2, 'empty_text', ['--prompt']],
    [['run', '--prompt', '  \n '], 2, 'empty_text', ['--prompt']],
    [['run', '--prompt', '-'], 2, 'empty_text', ['stdin']],
    [['run', '--prompt', 'x', '--prompt', 'y'], 2, 'given_twice', ['--prompt']],
    [['run', '--prompt', 'x', '--from', 'task.md'], 2, 'prompt_and_file', ['--from']],
    [['run', 'a', 'prompt'], 2, 'unexpected_argument', ['"?a"?']],
    [['run', '--prompt', 'x', '--timeout', 'abc'], 2, 'invalid_value', ['--timeout', '"abc"', '20m']],
    [['run', '--prompt', 'x', '--timeout=-5'], 2, 'invalid_value', ['--timeout', '"-5"']],
    [['run', '--prompt', 'x', '--mode', 'plna'], 2, 'invalid_value', ['--mode', '"plna"', 'plan']],
    [['run', '--prompt', 'x', '--execution-mode', 'yolo'], 2, 'invalid_value', ['"yolo"', 'danger']],
    [['run', '--prompt', 'x', '--on-interrupt', 'retry'], 2, 'invalid_value', ['"retry"', 'park']],
    [['run', '--prompt', 'x', '--leftovers', 'eat'], 2, 'invalid_value', ['"eat"', 'keep']],
    [['run', '--prompt', 'x', '--foreground=yes'], 2, 'unexpected_value', ['--foreground']],
    [['run', '--prompt', 'x', '--workspace', 'gone'], 2, 'not_a_folder', ['--workspace', 'gone']],
    [['run', '--prompt', 'x', '--workspace', 'task.md'], 2, 'not_a_folder', ['task.md']],
    [['run', '--prompt', 'x', '--add-dir', 'gone'], 2, 'not_a_folder', ['--add-dir', 'gone']],
    [['run', '--prompt', 'x', '--backend', 'codx'], 2, 'unknown_backend', ['codx', 'codex']],
    [['run', '--from', '.'], 2, 'is_a_folder', ['--from']],
    [['run', '--from', 'binary'], 2, 'not_text', ['binary']],
    [['run', '--from', 'latin1.md'], 2, 'not_text', ['latin1.md']],
    [['run', '--from', 'gone.md'], 3, 'file_missing', ['gone.md']],
    [['run', '--from', 'task.md/x'], 3, 'file_missing', ['task.md/x']],
    [['run', '--from', 'dangling.md'], 3, 'file_missing', ['dangling.md']],
    [['run', '--from', 'empty.md'], 2, 'empty_text', ['empty.md']],
    [['run', '--from', 'blank.md'], 2, 'empty_text', ['blank.md']],
    [['run', '--from', 'huge.md'], 2, 'too_large', ['huge.md', '10 MiB']],
    [['run', '--prompt', 'x', '--root', 'task.md'], 6, 'root_not_a_folder', ['task.md', '--root']],
    [['run', '--prompt', 'x', '--root', 'no/such/place'], 6, 'root_parent_missing', ['no/such', '--root']],
    [['list', '--root', 'task.md'], 6, 'root_not_a_folder', ['task.md', '--root']],
    [['list', '--root', 'gone'], 3, 'no_store', ['gone']],
    [['list', '--limit', 'many'], 2, 'invalid_value', ['--limit', '"many"']],
    [['inspect'], 2, 'missing_argument', ['inspect']],
    [['inspect', 'abcd'], 3, 'no_store', ['run']],
  ])('%j', async (args, exit, code, names) => {
    await expectError(args, { exit, code, names: names.map((name) => new RegExp(name)) });
  });
});

describe('an id', () => {
  const cases: [args: string[], exit: number, code: string, names: (string | RegExp)[]][] = [
    [['inspect', '../x'], 3, 'task_not_found', ['no task \\.\\./x']],
    [['inspect', '..'], 3, 'task_not_found', []],
    [['inspect', '../../etc/passwd'], 3, 'task_not_found', [/passwd/]],
    [['status', '.new-x'], 3, 'task_not_found', []],
    [['cancel', 'abc'], 2, 'task_id_too_short', ['"abc"', /four/]],
    [['resume', 'zzzzzzzz', '--message', 'x'], 3, 'task_not_found', ['zzzzzzzz', /list/]],
    [['answer', 'zzzzzzzz', '--message', 'x'], 3, 'task_not_found', ['zzzzzzzz']],
    [['wait', 'zzzzzzzz'], 3, 'task_not_found', ['zzzzzzzz']],
    [['start', 'zzzzzzzz'], 3, 'task_not_found', ['zzzzzzzz']],
    [['logs', 'zzzzzzzz'], 3, 'task_not_found', ['zzzzzzzz']],
    [['events', '@last', '--after', 'nonsense'], 2, 'position_unknown', ['nonsense']],
    [['events', '@last', '--after', '3:abcdefghijkm'], 2, 'position_unknown', ['3:abcdefghijkm']],
    [['logs', '@last', '--attempt', '7'], 3, 'attempt_not_found', ['7']],
    [['answer', '@last', '--message', 'x'], 4, 'no_question', [/inspect/]],
    [['answer', '@last', '--message', 'x', '--question', 'one'], 2, 'invalid_value', ['"one"']],
    [['answer', '@last', '--message', ' '], 2, 'empty_text', ['--message']],
    [['resume', '@last'], 4, 'message_missing', [/--message/]],
    [['cancel', '@last'], 4, 'already_ended', []],
    [['start', '@last'], 4, 'nothing_to_start', [/resume/]],
    [['ask', 'Why?'], 5, 'not_a_worker', []],
  ];

  test('that names nothing, or a task in another state', async () => {
    const ran = dataOf(await stage.type(['run', '--prompt', 'Do it.']));
    expect((await stage.type(['wait', ran.task_id])).exitCode).toBe(0);
    await until(() => !supervised(), { what: 'the supervisor has left' });
    for (const [args, exit, code, names] of cases)
      await expectError(args, { exit, code, names: names.map((name) => new RegExp(name)) });
  });

  test('that fits two tasks names both', async () => {
    const [one, two] = [await run(), await run()];
    const common = one.slice(0, 4);
    expect(two.slice(0, 4)).toBe(common);
    const refused = await stage.type(['inspect', common]);
    expect(refused.exitCode).toBe(4);
    expect(errorOf(refused)).toMatchObject({ code: 'task_ambiguous' });
    expect(errorOf(refused).message).toContain(one);
    expect(errorOf(refused).message).toContain(two);
  });
});

describe('places', () => {
  test('a root on a read-only disk', async ({ skip }) => {
    const possible = await available(readOnly({ at: stage.cwd }));
    if (possible !== true) skip(possible);
    const before = treeOf(stage.cwd, stage.home.home);
    const ran = await runIn(
      readOnly({ at: stage.cwd }),
      [process.execPath, dispatchProgram, 'run', '--prompt', 'x', '--json'],
      { cwd: stage.cwd, env: stage.home.env, timeout: 30_000 },
    );
    const { error } = JSON.parse(ran.stdout) as { error: { code: string; message: string; hint: string } };
    expect({ ...error, exit: ran.exitCode }).toMatchObject({ code: 'not_writable', exit: 5 });
    expect(error.message).toContain(stage.root);
    expect(error.hint).toContain('--root');
    expect(treeOf(stage.cwd, stage.home.home)).toEqual(before);
  });

  test('a home that cannot be written: nothing is made, and the remedy is named', async ({ skip }) => {
    const home = join(stage.home.home, '.dispatch');
    const possible = await available(readOnly({ at: home }));
    if (possible !== true) skip(possible);
    const ran = await runIn(
      readOnly({ at: home }),
      [process.execPath, dispatchProgram, 'run', '--prompt', 'x', '--json'],
      { cwd: stage.cwd, env: stage.home.env, timeout: 30_000 },
    );
    const { error } = JSON.parse(ran.stdout) as { error: { code: string; message: string; hint: string } };
    expect({ ...error, exit: ran.exitCode }).toMatchObject({ code: 'home_unwritable', exit: 5 });
    expect(error.hint).toContain('DISPATCH_HOME');
    expect(readdirSync(join(stage.root, 'tasks'))).toEqual([]);
    expect(treeOf(join(stage.root, 'index'))).toEqual({ [`${stage.root}/index:active`]: 'folder' });
  });

  test('a home that is a file', async () => {
    const file = join(stage.cwd, 'task.md');
    const env = { ...stage.home.env, DISPATCH_HOME: file };
    const ran = await stage.type(['run', '--backend', 'codex', '--prompt', 'x'], { env });
    expect(ran.exitCode).toBe(5);
    expect(errorOf(ran)).toMatchObject({ code: 'home_unwritable' });
    expect(errorOf(ran).message).toContain(file);
  });

  test('a program that may not be executed', async () => {
    chmodSync(join(stage.home.bin, 'scripted-agent'), 0o644);
    await expectError(['run', '--prompt', 'x'], { exit: 5, code: 'backend_missing', names: [/scripted/] });
  });

  test.each([
    ['{"format": 2}', 'format_newer', /newer/],
    ['{"format": "one"}', 'format_unreadable', /format\.json/],
    ['{', 'format_unreadable', /format\.json/],
  ])('format.json that says %s', async (text, code, name) => {
    mkdirSync(stage.root);
    writeFileSync(join(stage.root, 'format.json'), text);
    for (const args of [['run', '--prompt', 'x'], ['list'], ['init'], ['doctor']])
      await expectError(args, { exit: 6, code, names: [name] });
  });
});

async function run(): Promise<string> {
  const id = dataOf(await stage.type(['run', '--prompt', 'Do it.'])).task_id;
  await stage.type(['wait', id]);
  return id;
}

function supervised(): boolean {
  return livingProcesses().some(({ argv }) => argv.includes('supervise') && argv.includes(stage.root));
}
