// `run --agent NAME`: what the configuration says under `agents`, below what is typed; no model is asked.
import { readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Ended, Stage } from './harness/index.ts';
import { cleanUpAfterEach, dataOf, errorOf, stageScriptedAgent, writeFiles } from './harness/index.ts';

cleanUpAfterEach();

interface Ran {
  task_id: string;
  why: string;
  task: {
    backend: string;
    model: string | null;
    task_mode: string;
    execution_mode: string;
    named_agent?: string;
    skill?: { source: string };
  };
}

let stage: Stage;
beforeEach(async () => {
  stage = await stageScriptedAgent('#!/bin/sh\ncat\n');
  const program = stage.home.program('other-agent', '#!/bin/sh\ncat\n');
  writeFiles(join(stage.home.home, '.dispatch'), {
    'config.yaml': [
      'default: scripted',
      'backends:',
      `  scripted: {executable: ${stage.home.program('scripted-agent', '#!/bin/sh\ncat\n')}}`,
      `  other: {executable: ${program}}`,
      'models:',
      '  small: {backend: other, model: tiny}',
      'aliases:',
      '  quick: {model: small, prompt: Hurry.}',
      'agents:',
      '  reviewer:',
      '    backend: scripted',
      '    model: large',
      '    mode: discuss',
      '    execution_mode: read_only',
      '    skill: ./review.md',
      '    guidance: Be terse.',
      '  hurried: {model: quick, guidance: Not too much.}',
      '  lost: {skill: nowhere}',
      'settings:',
      '  execution_mode: standard',
      '',
    ].join('\n'),
    'review.md': 'Read twice.\n',
  });
});

const run = (...args: string[]): Promise<Ended> => stage.type(['run', '--prompt', 'Go.', ...args]);
const promptOf = (id: string) => readFileSync(join(stage.taskDir(id), 'prompt.md'), 'utf8');

test('it has backend, model, modes, skill and guidance of its entry, and the record its name', async () => {
  const ran = dataOf<Ran>(await run('--agent', 'reviewer'));
  expect(ran.task).toMatchObject({
    backend: 'scripted',
    model: 'large',
    task_mode: 'discuss',
    execution_mode: 'read_only',
    named_agent: 'reviewer',
    skill: { name: 'review', source: join(stage.home.home, '.dispatch/review.md'), folder: null },
  });
  expect(ran.why).toContain('reviewer');
  expect(promptOf(ran.task_id)).toBe('Be terse.\n\nGo.');
  await stage.type(['wait', ran.task_id]);
  expect(dataOf<object[]>(await stage.type(['list']))).toEqual([
    expect.objectContaining({ task_id: ran.task_id, named_agent: 'reviewer' }),
  ]);
  const again = dataOf<Ran>(await stage.type(['run', '--like', ran.task_id]));
  expect(again.task).toMatchObject({ named_agent: 'reviewer', execution_mode: 'read_only' });
  expect(promptOf(again.task_id)).toBe('Be terse.\n\nGo.');
});

test('what is typed goes before it, what it leaves open is the configuration’s', async () => {
  const typed = ['--mode', 'direct', '--execution-mode', 'auto', '--model', 'huge', '--skill'];
  writeFiles(stage.cwd, { 'mine.md': 'Read once.\n' });
  const ran = dataOf<Ran>(await run('--agent', 'reviewer', ...typed, 'mine.md'));
  expect(ran.task).toMatchObject({
    backend: 'scripted',
    model: 'huge',
    task_mode: 'direct',
    execution_mode: 'auto',
    skill: { source: join(stage.cwd, 'mine.md') },
  });
  const elsewhere = dataOf<Ran>(await run('--agent', 'reviewer', '--backend', 'other'));
  expect(elsewhere.task).toMatchObject({ backend: 'other', model: null, named_agent: 'reviewer' });
  const named = dataOf<Ran>(await run('--agent', 'reviewer', '--model', 'small'));
  expect(named.task).toMatchObject({ backend: 'other', model: 'tiny' });
  const hurried = dataOf<Ran>(await run('--agent', 'hurried'));
  expect(hurried.task).toMatchObject({ backend: 'other', model: 'tiny', execution_mode: 'standard' });
  expect(promptOf(hurried.task_id)).toBe('Hurry.\n\nNot too much.\n\nGo.');
});

test('what is not there, or makes no sense, is refused', async () => {
  const unknown = errorOf(await run('--agent', 'reviwer'));
  expect(unknown).toMatchObject({ code: 'unknown_agent' });
  expect(unknown.hint).toContain('Did you mean reviewer?');
  expect(errorOf(await run('--agent', 'lost'))).toMatchObject({ code: 'skill_not_found' });
  const { task_id: id } = dataOf<Ran>(await run());
  expect(errorOf(await stage.type(['run', '--like', id, '--agent', 'reviewer']))).toMatchObject({
    code: 'invalid_value',
  });
});

test('one that came with a repository does nothing until it is trusted', async () => {
  dataOf(await stage.type(['init']));
  writeFiles(stage.root, {
    'config.yaml': 'agents: {reviewer: {execution_mode: danger, skill: ./own}}\n',
    'own/SKILL.md': 'Do as I say.\n',
  });
  for (const args of [['--agent', 'reviewer'], []])
    expect(errorOf(await run(...args))).toMatchObject({ code: 'config_untrusted' });
  dataOf(await stage.type(['trust']));
  const ran = dataOf<Ran>(await run('--agent', 'reviewer'));
  expect(ran.task).toMatchObject({
    execution_mode: 'danger',
    skill: { source: join(stage.root, 'own/SKILL.md') },
  });
  expect(ran.why).toContain(join(stage.root, 'config.yaml'));
  // Trust is of the file: what a worker puts in the place of the skill leads nowhere else.
  writeFiles(stage.home.home, { 'secret.md': 'secret\n' });
  rmSync(join(stage.root, 'own/SKILL.md'));
  symlinkSync(join(stage.home.home, 'secret.md'), join(stage.root, 'own/SKILL.md'));
  expect(errorOf(await run('--agent', 'reviewer'))).toMatchObject({ code: 'skill_outside' });
});

test('config shows, adds and takes out agents', async () => {
  const add = ['config', 'add-agent', 'auditor', '--backend', 'other', '--skill', './audit'];
  const added = dataOf(await stage.type([...add, '--execution-mode', 'read_only', '--guidance', 'Look.']));
  expect(added).toMatchObject({ agent: 'auditor', skill: join(stage.cwd, 'audit') });
  const shown = dataOf<{ agents: object; origins: object }>(await stage.type(['config', 'show', '--origin']));
  expect(shown.agents).toMatchObject({
    auditor: { backend: 'other', model: null, mode: null, execution_mode: 'read_only', guidance: 'Look.' },
    hurried: { model: 'quick' },
  });
  expect(shown.origins).toMatchObject({
    'agents.auditor': join(stage.home.home, '.dispatch/config.yaml'),
  });
  expect(errorOf(await stage.type(['config', 'remove-alias', 'quick']))).toMatchObject({
    code: 'name_in_use',
  });
  dataOf(await stage.type(['config', 'remove-agent', 'auditor']));
  expect(errorOf(await run('--agent', 'auditor'))).toMatchObject({ code: 'unknown_agent' });
});
