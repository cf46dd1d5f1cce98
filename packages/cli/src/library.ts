import { findTaskId } from '@dispatch/core';
import type { Dispatcher, Surroundings } from '@dispatch/runtime';
import type { Context } from './context.ts';

export type Runtime = typeof import('@dispatch/runtime');
export type Reading = typeof import('@dispatch/runtime/read');

/** The library, or the part of it that only reads, with the store that the command is about. */
export interface Library<Part extends Reading = Runtime> {
  runtime: Part;
  dispatcher: Dispatcher;
  /** The task that was meant by an id, a part of one, or `@last`. */
  idOf(wanted: string): string;
}

/** Loaded when a command runs, so that help and errors in typing cost nothing. Throws NotFoundError `no_store`. */
export async function openLibrary(context: Context): Promise<Library> {
  return opened(await loadRuntime(context));
}

/** The same for commands that only read. */
export async function openReading(context: Context): Promise<Library<Reading>> {
  return opened(await loadReading(context));
}

type Surrounded = Pick<Context, 'cwd' | 'root' | 'outside'>;

interface Loaded<Part> {
  runtime: Part;
  surroundings: Surroundings;
}

/** For what makes the store, or needs none. */
export async function loadRuntime(context: Surrounded): Promise<Loaded<Runtime>> {
  return inContext(context, await import('@dispatch/runtime'));
}

export async function loadReading(context: Surrounded): Promise<Loaded<Reading>> {
  return inContext(context, await import('@dispatch/runtime/read'));
}

function inContext<Part extends Reading>({ cwd, root, outside }: Surrounded, runtime: Part): Loaded<Part> {
  const { environment, program, confined = null } = outside;
  return { runtime, surroundings: runtime.surroundingsOf({ cwd, environment, root, program, confined }) };
}

function opened<Part extends Reading>({ runtime, surroundings }: Loaded<Part>): Library<Part> {
  const dispatcher = runtime.openDispatcher(surroundings);
  return { runtime, dispatcher, idOf: (wanted) => findTaskId(dispatcher.store, wanted) };
}
