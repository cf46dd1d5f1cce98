// What a shell completes, by a real bash; zsh and fish are not there to be run.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Stage } from './harness/index.ts';
import { cleanUpAfterEach, dataOf, dispatchProgram, stageScriptedAgent } from './harness/index.ts';

cleanUpAfterEach();

let stage: Stage;
beforeEach(async () => {
  stage = await stageScriptedAgent('#!/bin/sh\ncat > /dev/null\n');
  stage.home.program('dispatch', `#!/bin/sh\nexec "${process.execPath}" "${dispatchProgram}" "$@"\n`);
});

/** What bash would put there; `words` as it splits them, `=` being a word of its own. */
function completed(...words: string[]): string[] {
  const list = words.map((word) => `'${word}'`).join(' ');
  const script = `source <(dispatch completion bash)
COMP_WORDS=(dispatch ${list}); COMP_CWORD=${words.length}
_dispatch
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const env = { ...stage.home.env, PATH: `${stage.home.bin}:${process.env.PATH ?? ''}` };
  const out = execFileSync('bash', ['-c', script], { cwd: stage.cwd, env, encoding: 'utf8' });
  return out.split('\n').filter((line) => line !== '');
}

test('commands, their second words, options and what these take', () => {
  expect(completed('in')).toEqual(['inspect', 'integrate', 'init']);
  expect(completed('integrate', '')).toEqual(['pi', 'claude-code', 'codex']);
  expect(completed('')).toContain('run');
  expect(completed('')).not.toContain('complete');
  expect(completed('supervise', '--')).toEqual(
    expect.arrayContaining(['--install', '--uninstall', '--status', '--everywhere']),
  );
  expect(completed('supervise', '--status', '')).toEqual([]);
  expect(completed('config', 'remove-')).toEqual([
    'remove-backend',
    'remove-model',
    'remove-alias',
    'remove-agent',
  ]);
  expect(completed('run', '--exec')).toEqual(['--execution-mode']);
  expect(completed('run', '--execution-mode', 'd')).toEqual(['danger']);
  expect(completed('run', '--execution-mode', '=', 'd')).toEqual(['danger']);
  expect(completed('--json', 'list', '--status', 'c')).toEqual(['completed', 'cancelled']);
  expect(completed('template', '--kind', 'b')).toEqual(['bugfix']);
  expect(completed('nosuchcommand', '--x')).toEqual([]);
});

test('tasks, agents, models, files', async () => {
  const { task_id: id } = dataOf<{ task_id: string }>(
    await stage.type(['run', '--prompt', 'One: two\tthree']),
  );
  await stage.type(['wait', id]);
  expect(completed('inspect', '')).toEqual([id, '@last']);
  expect(completed('resume', id.slice(0, 5))).toEqual([id]);
  expect(completed('run', '--like', '')).toEqual([id, '@last']);
  dataOf(await stage.type(['config', 'add-model', 'small', '--backend', 'codex']));
  dataOf(await stage.type(['config', 'add-alias', 'snappy', '--model', 'small']));
  expect(completed('run', '--model', 's')).toEqual(['snappy', 'small']);
  expect(completed('run', '--backend', 's')).toEqual(['scripted']);
  expect(completed('config', 'remove-alias', '')).toEqual(['snappy']);
  dataOf(await stage.type(['config', 'add-agent', 'sweeper', '--model', 'snappy']));
  expect(completed('run', '--agent', '')).toEqual(['sweeper']);
  expect(completed('config', 'remove-agent', 's')).toEqual(['sweeper']);
  writeFileSync(join(stage.cwd, 'my plan.md'), '');
  expect(completed('run', '--from', 'my')).toEqual(['my plan.md']);
});

test('where nothing can be read there is nothing, and no error', () => {
  writeFileSync(join(stage.home.home, '.dispatch/config.yaml'), 'defalt: x\n');
  expect(completed('run', '--model', '')).toEqual([]);
  expect(completed('inspect', '')).toEqual([]);
});
