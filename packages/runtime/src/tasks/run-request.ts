import type { BeginsFrom, ExecutionMode, Settings, TaskMode, TaskSource } from '@dispatch/core';
import type { RequestedSkill } from '../skills/index.ts';
import type { RunOptions } from './options.ts';

/** Everything that `run` was asked for. Paths are absolute. */
export interface RunRequest extends RunOptions {
  prompt: string;
  source: TaskSource;
  /** Text of a plan that the user wrote; becomes the worker's `plan.md`. */
  plan: string | null;
  task_mode: TaskMode;
  /** No agent is started: for a discussion that begins with a draft of nobody's, and for a session that is adopted. */
  no_agent: boolean;
  title: string | null;
  backend: string | null;
  model: string | null;
  /** Null: as configured, else `auto`. */
  execution_mode: ExecutionMode | null;
  workspace: string;
  settings: Partial<Settings>;
  key: string | null;
  /** Its text is copied into the task and stands in the first prompt; its folder may be read. */
  skill?: RequestedSkill;
  /** The agent of the configuration that was asked for by name, and the file that has it where it was looked up just now. */
  named_agent?: { name: string; place: string | null };
  /** Stands before the request. */
  guidance?: string;
  /** The session that it goes on with a copy of; the backend is then that session's. */
  begins_from?: BeginsFrom;
}

export function optionsOf(request: RunRequest): RunOptions {
  const { effort, add_dirs, attachments, append_system_prompt, agent_args, allow_commit } = request;
  return { effort, add_dirs, attachments, append_system_prompt, agent_args, allow_commit };
}
