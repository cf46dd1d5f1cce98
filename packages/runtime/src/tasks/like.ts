import { join } from 'node:path';
import { latestGrant, readRegular, RefusedError, sha256, taskNotFound, type Grant } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { grantedSkill } from '../skills/index.ts';
import { grantMissing } from './at-rest.ts';
import type { RunRequest } from './run-request.ts';

/**
 * What would make the same task again, as it was granted last, for `createTask`; it has no key. `hasPrompt`: the caller
 * puts another prompt in its place; `hasSkill`: another skill. Throws RefusedError
 * `grant_missing`, `prompt_changed`, `grant_mismatch`, StoreError.
 */
export function requestLike(
  dispatcher: Dispatcher,
  id: string,
  { hasPrompt, hasSkill = false }: { hasPrompt: boolean; hasSkill?: boolean },
): RunRequest {
  const { task } = dispatcher.store.journal(id).refresh();
  if (task === null) throw taskNotFound(id, dispatcher.store.root);
  const grant = latestGrant(dispatcher.home, id);
  if (grant === null) throw grantMissing(dispatcher, task);
  // The file lies where the worker writes.
  const prompt = readRegular(join(dispatcher.store.taskDir(id), 'prompt.md'))?.toString('utf8') ?? '';
  if (!hasPrompt && sha256(prompt) !== grant.request_sha256)
    throw new RefusedError(
      'prompt_changed',
      `the prompt of task ${id} is no longer what was typed`,
      'give it anew: dispatch run --like ID --prompt "…"',
    );
  const skill = hasSkill ? null : grantedSkill(grant, dispatcher.store.taskDir(id));
  const isPlan = task.task_source === 'plan_file';
  return {
    prompt,
    source: task.task_source,
    plan: isPlan ? prompt : null,
    task_mode: task.task_mode,
    title: task.title,
    ...grantedLike(grant),
    ...(skill === null ? {} : { skill }),
    ...(task.named_agent === undefined ? {} : { named_agent: { name: task.named_agent, place: null } }),
  };
}

function grantedLike(grant: Grant) {
  const { backend, model, execution_mode, workspace, settings } = grant;
  const { effort, add_dirs, attachments, append_system_prompt, agent_args, commit_paths: paths } = grant;
  return {
    ...{ backend, model, execution_mode, workspace, settings },
    ...{ effort, add_dirs, attachments, append_system_prompt, agent_args },
    allow_commit: paths.length > 0,
    no_agent: false,
    key: null,
  };
}
