import { join } from 'node:path';
import { readRegular, type Settings } from '@dispatch/core';

/** What was typed beside the prompt and is too long for a line of the journal. */
export interface RunOptions {
  effort: string | null;
  add_dirs: string[];
  append_system_prompt: string | null;
  agent_args: string[];
}

const fileName = 'options.json';
const noOptions: RunOptions = { effort: null, add_dirs: [], append_system_prompt: null, agent_args: [] };

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
      append_system_prompt:
        typeof found.append_system_prompt === 'string' ? found.append_system_prompt : null,
      agent_args: texts(found.agent_args),
    };
  } catch {
    return noOptions;
  }
}

/** In force where neither a flag nor the configuration says otherwise. */
export const defaultSettings: Settings = {
  on_interrupt: 'resume',
  timeout_seconds: null,
  stall_timeout_seconds: 30 * 60,
  leftovers: 'keep',
};
