import { findBackend } from '@dispatch/backends';
import { RefusedError, type Settings, type TaskTarget } from '@dispatch/core';
import type { bare } from '../attempts/automatic.ts';
import { isConfiguredModel } from '../configuration/load.ts';
import type { Dispatcher } from '../dispatcher.ts';
import { chooseTarget, type Wish } from '../targets/index.ts';
import { defaultSettings } from './options.ts';

type Allowed = ReturnType<typeof bare>;

/**
 * What a new session of a task may be: what was granted before or, where another agent or model is wished for, that
 * one as the user's configuration has it now. What was typed in the words of one agent is not passed on to another.
 * Throws what `chooseTarget` throws, RefusedError `prefix_of_alias`.
 */
export async function grantAnew(
  dispatcher: Dispatcher,
  allowed: Allowed,
  wish: Wish,
): Promise<{ allowed: Allowed; target: TaskTarget | null; why: string | null }> {
  if (wish.backend === null && wish.model === null)
    return { allowed: { ...allowed, begins_from: null }, target: null, why: null };
  const { target: chosen, remember } = await chooseTarget(dispatcher, await whole(wish, dispatcher, allowed));
  remember();
  if (chosen.promptPrefix !== null)
    throw new RefusedError(
      'prefix_of_alias',
      `${wish.model ?? chosen.backend} stands for a model with a prompt of its own, and the request of the task is written already`,
      'name the backend and the model themselves, and say what is to be added with --message',
    );
  const { backend, backendType, model, why } = chosen;
  const sameAgent = backend === allowed.backend && backendType === allowed.backend_type;
  return {
    why,
    target: { backend, backend_type: backendType, model },
    allowed: {
      ...allowed,
      begins_from: null,
      backend,
      backend_type: backendType,
      model,
      executable: chosen.executable,
      backend_args: [...chosen.args],
      settings: settingsWith(allowed, backendType),
      ...(sameAgent ? {} : { effort: null, agent_args: [] }),
    },
  };
}

/** A model is the user's own name for one, with its backend, or else one of the agent that has the task. */
async function whole(wish: Wish, dispatcher: Dispatcher, allowed: Allowed): Promise<Wish> {
  if (wish.backend !== null || wish.model === null) return wish;
  const isNamed = await isConfiguredModel(dispatcher, wish.model);
  return isNamed ? wish : { backend: allowed.backend, model: wish.model };
}

/** A limit that nobody set is the new agent's own. */
function settingsWith({ settings, backend_type: before }: Allowed, after: string): Settings {
  const [own, others] = [defaultSettings(before), defaultSettings(after)];
  if (settings.stall_timeout_seconds !== own.stall_timeout_seconds || findBackend(after) === null)
    return settings;
  return { ...settings, stall_timeout_seconds: others.stall_timeout_seconds };
}
