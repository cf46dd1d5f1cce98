import { join } from 'node:path';
import { readRegular, type ExecutionMode, type Settings } from '@dispatch/core';
import { findBackend } from '@dispatch/backends';
import { commitPaths } from '../workspace/index.ts';

/** What was typed beside the prompt and is too long for a line of the journal. */
export interface RunOptions {
  /** How hard the model thinks, in the words of the agent. */
  effort: string | null;
  /** Other folders that the agent may write to. Absolute. */
  add_dirs: string[];
  /** Files that the model is shown. Absolute. */
  attachments: string[];
  append_system_prompt: string | null;
  /** Handed to the agent, in this and every later attempt. */
  agent_args: string[];
  /** Whether an agent in a sandbox may write what git needs for a commit. */
  allow_commit: boolean;
}

const fileName = 'options.json';
export const noOptions: RunOptions = {
  effort: null,
  add_dirs: [],
  attachments: [],
  append_system_prompt: null,
  agent_args: [],
  allow_commit: false,
};

/** For `start` after a sandboxed `run`: what is launched is shown then, so that the file grants nothing by itself. */
export function optionsBody(options: RunOptions): Record<string, string> {
  if (JSON.stringify(options) === JSON.stringify(noOptions)) return {};
  return { [fileName]: `${JSON.stringify(options, null, 2)}\n` };
}

export function readOptions(folder: string): RunOptions {
  try {
    const found = JSON.parse(
      readRegular(join(folder, fileName))?.toString('utf8') ?? '',
    ) as Partial<RunOptions>;
    const texts = (value: unknown): string[] =>
      Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
    return {
      effort: typeof found.effort === 'string' ? found.effort : null,
      add_dirs: texts(found.add_dirs),
      attachments: texts(found.attachments),
      append_system_prompt:
        typeof found.append_system_prompt === 'string' ? found.append_system_prompt : null,
      agent_args: texts(found.agent_args),
      allow_commit: found.allow_commit === true,
    };
  } catch {
    return noOptions;
  }
}

/** The part of a grant that was typed as options. */
export function grantedOptions({ allow_commit: allowCommit, ...options }: RunOptions, workspace: string) {
  return { ...options, commit_paths: allowCommit ? commitPaths(workspace) : [] };
}

/** What an agent may do where nothing else is said. */
export const defaultMode: ExecutionMode = 'auto';

/**
 * In force where neither a flag nor the configuration says otherwise. Silence tells nothing of an agent without a
 * transcript: such a one is stopped for it only where that was asked for.
 */
export function defaultSettings(backendType: string): Settings {
  return {
    on_interrupt: 'resume',
    timeout_seconds: null,
    stall_timeout_seconds: findBackend(backendType)?.has_transcript === true ? 30 * 60 : null,
    leftovers: 'keep',
    verify: null,
    verify_timeout_seconds: 30 * 60,
    worker_tools: 'auto',
  };
}
