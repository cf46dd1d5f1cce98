import { looksLikePlan, UsageError, type TaskMode, type TaskSource } from '@dispatch/core';
import { basename, resolve } from 'node:path';
import type { Context } from '../context.ts';
import { readMessage } from './message.ts';
import { readTextFile } from './text-file.ts';

export interface TaskInput {
  prompt: string;
  source: TaskSource;
  plan: string | null;
  task_mode: TaskMode;
}

export interface InputOptions {
  prompt: string | undefined;
  from: string | undefined;
  mode: 'auto' | TaskMode;
}

/** The task as it was given: by `--prompt`, on stdin, or as a file, which may be a plan. */
export async function readTaskInput(
  context: Context,
  { prompt, from, mode }: InputOptions,
): Promise<TaskInput> {
  if (prompt !== undefined && from !== undefined)
    throw new UsageError('prompt_and_file', '--prompt and --from are both given', 'Give one of them.');
  if (from !== undefined) return fromFile(context, from, mode);
  if (prompt === undefined)
    throw new UsageError(
      'missing_prompt',
      'the task is missing',
      'Give it with --prompt TEXT, --prompt - (stdin) or --from FILE.',
    );
  return {
    prompt: await readMessage(context, prompt, '--prompt'),
    source: 'inline_prompt',
    plan: null,
    task_mode: mode === 'auto' ? 'direct' : mode,
  };
}

function fromFile({ cwd }: Context, from: string, mode: InputOptions['mode']): TaskInput {
  const path = resolve(cwd, from);
  const text = readTextFile(path, '--from');
  if (text.trim() === '')
    throw new UsageError(
      'empty_text',
      `${path} is empty`,
      '--from names a file that says what is to be done',
    );
  if (mode === 'discuss') return { prompt: text, source: 'prompt_file', plan: null, task_mode: 'discuss' };
  const isPlan = mode === 'auto' ? looksLikePlan({ fileName: basename(path), text }) : mode === 'plan';
  return isPlan
    ? { prompt: text, source: 'plan_file', plan: text, task_mode: 'plan' }
    : { prompt: text, source: 'prompt_file', plan: null, task_mode: 'direct' };
}
