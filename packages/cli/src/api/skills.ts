import { dirname, resolve } from 'node:path';
import * as runtime from '@dispatch/runtime';
import type { RequestedSkill } from '@dispatch/runtime';
import { requireFolderOption } from '../input/folder.ts';
import { readSkill as read } from '../input/skill.ts';
import { given } from './given.ts';
import { surroundingsAt, type Here } from './here.ts';
import { requireText, requireWords } from './require-words.ts';
import type { NewTask } from './tasks.ts';

/**
 * The skill that a name or a path stands for, as it reads now, for `skill` of {@link NewTask}. `workspace`: where a name is
 * looked for beside the user's own places; the working folder where left out. Throws UsageError (`invalid_value`,
 * `not_a_file`, `not_text`, `empty_text`, `not_a_folder`), NotFoundError (`skill_not_found`, `file_missing`), RefusedError
 * `skill_outside`.
 *
 * @category Tasks
 */
export async function readSkill(
  at: Here,
  skill: string,
  { workspace = '.' }: { workspace?: string } = {},
): Promise<RequestedSkill> {
  requireText('skill', skill);
  requireWords({ workspace });
  const folder = requireFolderOption(at.cwd, workspace, 'workspace');
  return read(surroundingsAt(at), skill, { from: resolve(at.cwd), workspace: folder });
}

/**
 * What `run --agent NAME` stands for in the configuration, to be spread into a {@link NewTask}; what stands behind it goes
 * before what it says. Throws UsageError (`unknown_agent`, `config_invalid`), RefusedError `config_untrusted`, and what
 * {@link readSkill} throws of its skill.
 *
 * @category Tasks
 *
 * @example
 * ```ts
 * import { createTask, here, requestOfAgent } from '@dispatch/cli';
 *
 * const reviewer = await requestOfAgent(here(), 'reviewer');
 * const { task_id } = await createTask(here(), { ...reviewer, prompt: 'Review the last commit.' });
 * ```
 */
export async function requestOfAgent(
  at: Here,
  agent: string,
  { workspace = '.' }: { workspace?: string } = {},
): Promise<Partial<NewTask>> {
  requireText('agent', agent);
  requireWords({ workspace });
  const surroundings = surroundingsAt(at);
  const { name, place, of, skill, mode, guidance, backend, model, execution_mode } = await runtime.namedAgent(
    surroundings,
    agent,
  );
  const folder = requireFolderOption(at.cwd, workspace, 'workspace');
  const search = { from: dirname(place), workspace: folder, within: of };
  return given({
    named_agent: { name, place },
    backend: backend ?? undefined,
    model: model ?? undefined,
    execution_mode: execution_mode ?? undefined,
    task_mode: mode ?? undefined,
    guidance: guidance ?? undefined,
    skill: skill === null ? undefined : read(surroundings, skill, search),
  });
}
