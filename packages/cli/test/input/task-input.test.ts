import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readTaskInput, type InputOptions } from '../../src/input/task-input.ts';
import { contextWith, temporaryFolder } from '../outside.ts';

const nothing: InputOptions = { prompt: undefined, from: undefined, mode: 'auto' };

function read(options: Partial<InputOptions>, outside: Parameters<typeof contextWith>[0] = {}) {
  return readTaskInput(contextWith(outside), { ...nothing, ...options });
}

function file(name: string, content: string | Buffer): { cwd: string } {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, name), content);
  return { cwd };
}

describe('where the task comes from', () => {
  test('typed, whatever it begins with', async () => {
    expect(await read({ prompt: '- [ ] x' })).toEqual({
      prompt: '- [ ] x',
      source: 'inline_prompt',
      plan: null,
      task_mode: 'direct',
    });
  });

  test('stdin, 1,000,000 bytes of it', async () => {
    const stdin = `-${'ü'.repeat(499_999)}x`;
    expect((await read({ prompt: '-' }, { stdin })).prompt).toBe(stdin);
  });

  test('a file with an item is a plan, by its content or its name', async () => {
    const plan = '# Plan\n\n- [ ] first\n';
    expect(await read({ from: 'task.md' }, file('task.md', plan))).toMatchObject({
      source: 'plan_file',
      plan,
      task_mode: 'plan',
    });
    expect(await read({ from: 'PLAN.md' }, file('PLAN.md', 'words'))).toMatchObject({ task_mode: 'plan' });
  });

  test('an item inside a fence makes none, and --mode decides', async () => {
    const fenced = '```\n- [ ] x\n```\n';
    expect(await read({ from: 'a.md' }, file('a.md', fenced))).toMatchObject({
      source: 'prompt_file',
      plan: null,
      task_mode: 'direct',
    });
    expect(await read({ from: 'a.md', mode: 'plan' }, file('a.md', fenced))).toMatchObject({ plan: fenced });
    expect(await read({ from: 'plan.md', mode: 'direct' }, file('plan.md', '- [ ] x'))).toMatchObject({
      plan: null,
    });
  });
});

describe('what is refused', () => {
  test.each([
    ['nothing', {}, 'missing_prompt'],
    ['both', { prompt: 'x', from: 'y' }, 'prompt_and_file'],
    ['an empty prompt', { prompt: ' \n' }, 'empty_text'],
    ['empty stdin', { prompt: '-' }, 'empty_text'],
  ] as const)('%s', async (_, options, code) => {
    await expect(read(options)).rejects.toMatchObject({ code, exitStatus: 2 });
  });

  test('a folder', async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, 'sub'));
    await expect(read({ from: 'sub' }, { cwd })).rejects.toMatchObject({
      code: 'is_a_folder',
      exitStatus: 2,
    });
  });

  test('what is not there', async () => {
    await expect(read({ from: 'nope' }, { cwd: temporaryFolder() })).rejects.toMatchObject({
      code: 'file_missing',
      exitStatus: 3,
    });
  });

  test.each([
    ['a zero byte', Buffer.from('a\0b'), 'not_text'],
    ['bytes that are no UTF-8', Buffer.from([0x61, 0xff, 0xfe]), 'not_text'],
    ['an empty file', Buffer.from('  \n'), 'empty_text'],
    ['more than 10 MiB', Buffer.alloc(10 * 1024 * 1024 + 1, 'x'), 'too_large'],
  ] as const)('%s', async (_, content, code) => {
    await expect(read({ from: 'f' }, file('f', content))).rejects.toMatchObject({ code, exitStatus: 2 });
  });

  test.runIf(process.platform === 'linux')('a device without end', async () => {
    await expect(read({ from: '/dev/zero' })).rejects.toMatchObject({ code: 'too_large' });
  });

  test('binary stdin', async () => {
    await expect(read({ prompt: '-' }, { stdin: Buffer.from([0]) })).rejects.toMatchObject({
      code: 'not_text',
    });
  });
});
