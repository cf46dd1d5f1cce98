import { findTaskId } from '@dispatch/core';
import type { Dispatcher, Surroundings } from '@dispatch/runtime';
import type { Context } from './context.ts';

export type Runtime = typeof import('@dispatch/runtime');

/** The library with the store that the command is about. */
export interface Library {
  runtime: Runtime;
  dispatcher: Dispatcher;
  /** The task that was meant by an id, a part of one, or `@last`. */
  idOf(wanted: string): string;
}

/** Loaded when a command runs, so that help and errors in typing cost nothing. Throws NotFoundError `no_store`. */
export async function openLibrary(context: Context): Promise<Library> {
  const { runtime, surroundings } = await loadRuntime(context);
  const dispatcher = runtime.openDispatcher(surroundings);
  return { runtime, dispatcher, idOf: (wanted) => findTaskId(dispatcher.store, wanted) };
}

/** For what makes the store, or needs none. */
export async function loadRuntime({
  cwd,
  root,
  outside,
}: Context): Promise<{ runtime: Runtime; surroundings: Surroundings }> {
  const runtime = await import('@dispatch/runtime');
  const { environment, program } = outside;
  return { runtime, surroundings: runtime.surroundingsOf({ cwd, environment, root, program }) };
}
