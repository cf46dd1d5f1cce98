import { backendTypes, findBackend, findBackendType } from '@dispatch/backends';
import { entryOf, resolveTarget, type Config, type InstalledBackend, type Target } from '@dispatch/core';
import { configFor } from '../configuration/load.ts';
import type { Surroundings } from '../dispatcher.ts';
import { findExecutable, requireExecutable } from './executables.ts';
import { isLoggedIn } from './login.ts';

/** An agent and a model, where they were named. */
export interface Wish {
  backend: string | null;
  model: string | null;
}

/** Which agent takes the task, and the user's configuration. `executable` of the target is absolute. */
export async function chooseTarget(
  surroundings: Surroundings,
  wish: Wish,
): Promise<{ target: Target; config: Config | null; remember: () => void }> {
  const { environment, cwd } = surroundings;
  const { config, remember } = await configFor(surroundings);
  const backend = nameOf(config, wish.backend);
  const types = typesToFind(config, backend);
  const installed = await installedBackends(surroundings, types, needsLogins(config, backend));
  const target = resolveTarget(config, {
    backend,
    model: wish.model,
    backendTypes,
    installed,
  });
  return {
    config,
    remember,
    target: { ...target, executable: requireExecutable(target.executable, target.backend, environment, cwd) },
  };
}

/** A configured name goes before an alias of a built-in type. */
function nameOf(config: Config | null, wanted: string | null): string | null {
  if (wanted === null || (config !== null && entryOf(config.backends, wanted) !== null)) return wanted;
  return findBackendType(wanted) ?? wanted;
}

/** Each costs a look into every folder of PATH. */
function typesToFind(config: Config | null, backend: string | null): readonly string[] {
  if (backend === null) return backendTypes;
  const entry = config === null ? null : entryOf(config.backends, backend);
  return entry !== null && entry.executable !== null ? [] : [entry?.type ?? backend];
}

/** Only the choice among several installed agents asks whether somebody is logged in: that costs a process each. */
function needsLogins(config: Config | null, backend: string | null): boolean {
  return (
    backend === null &&
    (config === null || (config.default === null && Object.keys(config.backends).length !== 1))
  );
}

async function installedBackends(
  surroundings: Surroundings,
  types: readonly string[],
  withLogins: boolean,
): Promise<InstalledBackend[]> {
  const found: { type: string; executable: string }[] = [];
  for (const type of types) {
    const name = findBackend(type)?.executable;
    const executable = name ? findExecutable(name, surroundings.environment, surroundings.cwd) : null;
    if (executable !== null) found.push({ type, executable });
  }
  if (!withLogins || found.length < 2) return found.map((one) => ({ ...one, loggedIn: null }));
  return Promise.all(
    found.map(async (one) => ({
      ...one,
      loggedIn: await isLoggedIn(one.type, one.executable, surroundings),
    })),
  );
}
