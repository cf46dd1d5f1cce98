import { readdirSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findBackend, type Backend } from '@dispatch/backends';
import {
  isTaskId,
  Journal,
  openStore,
  readRegular,
  RefusedError,
  UsageError,
  type ExecutionMode,
  type SessionLocator,
} from '@dispatch/core';
import { isSessionId } from '../attempts/session-plan.ts';
import type { Surroundings } from '../dispatcher.ts';
import { knownRoots } from '../supervisor/roots.ts';
import { chooseTarget } from '../targets/index.ts';
import { requireNoSandbox } from './at-rest.ts';
import { createTask } from './create.ts';
import { noOptions } from './options.ts';
import type { RunRequest } from './run-request.ts';
import type { StartedTask } from './started.ts';

/** A session that was begun by hand, and how it is gone on with. */
export interface AdoptRequest {
  backend: string;
  /** As the agent names it: an id, or the path of its file. */
  session: string;
  model: string | null;
  /** Where the session was begun. Absolute. */
  workspace: string;
  /** Null: as configured, else `auto`. */
  execution_mode: ExecutionMode | null;
  title: string | null;
  /** Though the session is not found where the agent keeps its own. */
  insists: boolean;
}

/**
 * Makes a task of a session that was begun by hand; it waits for its user, nothing is started. Throws UsageError
 * `invalid_value`, RefusedError `sandboxed`, `not_adoptable`, `session_not_found`, `session_taken`, and what `createTask`
 * throws.
 */
export async function adoptSession(surroundings: Surroundings, request: AdoptRequest): Promise<StartedTask> {
  requireNoSandbox(surroundings, 'adopting a session');
  const chosen = await chooseTarget(surroundings, request);
  const { target } = chosen;
  const backend = findBackend(target.backendType, target.args);
  if (backend === null || backend.sessions === 'none')
    throw new RefusedError(
      'not_adoptable',
      `${target.backend} has no sessions that can be gone on with`,
      'begin a task instead: dispatch run --prompt "…"',
    );
  const workspace = realpathSync(request.workspace);
  const session = locatorOf(surroundings, backend, request.session);
  if (session.kind === 'id' && !request.insists)
    requireFound(surroundings, backend, session.value, workspace);
  requireUnowned(surroundings, backend, session);
  const { model, execution_mode } = request;
  const run: RunRequest = {
    prompt: `Go on with the session ${session.value} of ${target.backend}, which was begun by hand.`,
    source: 'inline_prompt',
    plan: null,
    task_mode: 'direct',
    no_agent: true,
    title: request.title ?? `session ${session.value} of ${target.backend}`,
    backend: request.backend,
    model,
    execution_mode,
    workspace,
    settings: {},
    ...noOptions,
    key: null,
    begins_from: { how: 'adopt', session, task_id: null, usage_told: null },
  };
  return createTask(surroundings, run, chosen);
}

function locatorOf({ cwd }: Surroundings, backend: Backend, typed: string): SessionLocator {
  if (backend.reserveSession(() => 'any')?.kind !== 'file') {
    if (isSessionId(typed)) return { kind: 'id', value: typed };
    throw new UsageError('invalid_value', `${typed} is no id of a session`, 'Form: --session ID');
  }
  const path = realPathOf(resolve(cwd, typed));
  const content = path === null ? null : readRegular(path);
  if (path === null || content === null || backend.holdsHistory?.(content) === false)
    throw new RefusedError(
      'session_not_found',
      `${resolve(cwd, typed)} is no session of ${backend.type} that holds a conversation`,
      'name the file in which the session is kept: --session FILE',
    );
  return { kind: 'file', value: path };
}

function realPathOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

/** A mistyped id would be found out by the first resume only, as a session that is lost. */
function requireFound({ environment }: Surroundings, backend: Backend, id: string, workspace: string): void {
  const own = backend.ownSessions?.(environment) ?? null;
  if (own === null) return;
  const found = filesBelow(own.folder, own.depth).filter(({ name }) => own.isFileOf(id, name));
  if (found.length === 0)
    throw new RefusedError(
      'session_not_found',
      `${backend.type} keeps no session ${id} below ${own.folder}`,
      'look at the id; --force takes it all the same',
    );
  const folder = own.folderOf?.(workspace) ?? null;
  if (folder === null || found.some(({ parent }) => parent === folder)) return;
  throw new RefusedError(
    'session_not_found',
    `${backend.type} goes on with session ${id} only where it was begun, and that is not ${workspace} (it is kept as ${found[0]?.parent ?? ''})`,
    'name that folder with --workspace; --force takes this one all the same',
  );
}

function filesBelow(folder: string, depth: number, parent = ''): { parent: string; name: string }[] {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  if (depth === 0) return entries.map(({ name }) => ({ parent, name }));
  return entries
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => filesBelow(join(folder, name), depth - 1, name));
}

/** A session belongs to one task of all that this user has. */
function requireUnowned(surroundings: Surroundings, backend: Backend, session: SessionLocator): void {
  const roots = new Set(knownRoots(surroundings.home));
  try {
    roots.add(openStore({ ...surroundings }, surroundings.clock).root);
  } catch {
    // Yet to be made.
  }
  for (const root of roots)
    for (const id of taskIdsOf(root)) {
      const task = taskIn(root, id);
      if (task?.backend_type !== backend.type || task.session === null || task.session.given_up) continue;
      if (task.session.locator.value !== session.value) continue;
      throw new RefusedError(
        'session_taken',
        `the session ${session.value} is that of task ${id} in ${root}`,
        `go on with that one: dispatch --root ${root} resume ${id} --message "…"`,
      );
    }
}

function taskIdsOf(root: string): string[] {
  try {
    return readdirSync(join(root, 'tasks')).filter(isTaskId);
  } catch {
    return [];
  }
}

function taskIn(root: string, id: string) {
  try {
    return new Journal(join(root, 'tasks', id)).refresh().task;
  } catch {
    // What cannot be read cannot be gone on with, either.
    return null;
  }
}
