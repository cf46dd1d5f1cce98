import { backendTypes } from '@dispatch/backends';
import { DispatchError, resolveTarget, type Config } from '@dispatch/core';
import { configFor } from '../configuration/load.ts';
import type { Surroundings } from '../dispatcher.ts';
import { reportsOn, type BackendReport } from './report.ts';

/** What a `run` without options would take, or why it could not. */
export interface DefaultTarget {
  backend: string;
  model: string | null;
  /** One sentence: where the choice comes from. */
  why: string;
}

/** Whether a task could be started now; nothing is. */
export interface Readiness {
  ready: boolean;
  /** What stands in the way, with the remedy; empty where nothing does. */
  problems: string[];
  /** Where the configuration is, or would be. */
  config_path: string;
  config_found: boolean;
  default_target: DefaultTarget | null;
  backend_count: number;
  model_count: number;
  alias_count: number;
  /** Names of those whose program is there. */
  installed_backends: string[];
  backends: BackendReport[];
}

/** Throws UsageError `config_invalid`, RefusedError `config_untrusted`, EnvironmentError `config_unreadable`. */
export async function readiness(surroundings: Surroundings): Promise<Readiness> {
  const { config } = await configFor(surroundings);
  const backends = await reportsOn(surroundings, config);
  const installed = backends.filter((one) => one.installed);
  const { target, problem } = defaultTarget(config, installed);
  const chosen = backends.find(({ name }) => name === target?.backend);
  const problems = [
    ...(problem === null ? [] : [problem]),
    ...(chosen === undefined ? [] : inTheWay(chosen)),
  ];
  return {
    ready: problems.length === 0,
    problems,
    config_path: surroundings.home.config_file,
    config_found: config !== null,
    default_target: target,
    backend_count: Object.keys(config?.backends ?? {}).length,
    model_count: Object.keys(config?.models ?? {}).length,
    alias_count: Object.keys(config?.aliases ?? {}).length,
    installed_backends: installed.map(({ name }) => name),
    backends,
  };
}

function defaultTarget(
  config: Config | null,
  installed: readonly BackendReport[],
): { target: DefaultTarget | null; problem: string | null } {
  const found = installed
    .filter(({ name, kind }) => name === kind)
    .map(({ kind, executable, logged_in }) => ({ type: kind, executable: executable!, loggedIn: logged_in }));
  try {
    const { backend, model, why } = resolveTarget(config, { backendTypes, installed: found });
    return { target: { backend, model, why }, problem: null };
  } catch (error) {
    if (!(error instanceof DispatchError)) throw error;
    return { target: null, problem: [error.message, error.hint].filter(Boolean).join(': ') };
  }
}

/** A version that nobody measured is worth a word, but no reason not to try. */
function inTheWay({
  name,
  kind,
  installed,
  version,
  logged_in: loggedIn,
  executable,
}: BackendReport): string[] {
  if (!installed) return [`${name} is not installed (${executable ?? 'no program is named'})`];
  if (loggedIn === false) return [`nobody is logged in to ${name}: log in with its own command`];
  if (kind !== 'generic' && version === null)
    return [`${executable} does not say its version: it may be broken`];
  return [];
}
