import { findTaskId } from '@dispatch/core';
import { openDispatcher, surroundingsOf, type Dispatcher, type Surroundings } from '@dispatch/runtime';
import { ownProgram } from '../own-program.ts';

/** Where a call acts: a plain object, made by {@link here}, that every function takes first. */
export interface Here {
  /** Absolute; relative paths start from it, and tasks work in it unless told otherwise. */
  readonly cwd: string;
  /** `DISPATCH_ROOT`, `DISPATCH_HOME` and `HOME` are read here, and agents inherit it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The store; null: `DISPATCH_ROOT`, else `.dispatch` in `cwd`. */
  readonly root: string | null;
}

/**
 * Where calls act from now on; what is left out is that of this process. Nothing is opened: each call looks for the
 * store anew, so that it may be made, moved away or changed by others meanwhile.
 *
 * @category Where
 *
 * @example
 * ```ts
 * import { here, listTasks } from '@dispatch/cli';
 *
 * for (const task of await listTasks(here({ cwd: '/path/to/repository' }), { limit: 5 }))
 *   console.log(task.task_id, task.status, task.title);
 * ```
 */
export function here({
  cwd = process.cwd(),
  environment = process.env,
  root = null,
}: Partial<Here> = {}): Here {
  return { cwd, environment, root };
}

export function surroundingsAt({ cwd, environment, root }: Here): Surroundings {
  return surroundingsOf({ cwd, environment, root, program: ownProgram });
}

/** Throws NotFoundError `no_store`, StoreError `format_*`. */
export function dispatcherAt(at: Here): Dispatcher {
  return openDispatcher(surroundingsAt(at));
}

/** The store, and the whole id of a task in it. Throws NotFoundError `task_not_found` and what `dispatcherAt` throws. */
export function taskAt(at: Here, wanted: string): { dispatcher: Dispatcher; id: string } {
  const dispatcher = dispatcherAt(at);
  return { dispatcher, id: findTaskId(dispatcher.store, wanted) };
}
