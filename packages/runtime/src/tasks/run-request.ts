import type { ExecutionMode, Settings, TaskMode, TaskSource } from '@dispatch/core';
import type { RunOptions } from './options.ts';

/** Everything that `run` was asked for. Paths are absolute. */
export interface RunRequest extends RunOptions {
  prompt: string;
  source: TaskSource;
  /** Text of a plan that the user wrote; becomes the worker's `plan.md`. */
  plan: string | null;
  task_mode: TaskMode;
  /** A discussion begins with a draft that nobody was asked for. */
  no_agent: boolean;
  title: string | null;
  backend: string | null;
  model: string | null;
  execution_mode: ExecutionMode;
  workspace: string;
  settings: Partial<Settings>;
  key: string | null;
}

export function optionsOf(request: RunRequest): RunOptions {
  const { effort, add_dirs, attachments, append_system_prompt, agent_args, allow_commit } = request;
  return { effort, add_dirs, attachments, append_system_prompt, agent_args, allow_commit };
}
