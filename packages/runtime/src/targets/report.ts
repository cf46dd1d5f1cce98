import {
  backendTypes,
  capabilitiesOf,
  findBackend,
  measuredAs,
  type Capabilities,
  type Measured,
  type ModeFacts,
} from '@dispatch/backends';
import type { BackendConfig, Config, ExecutionMode } from '@dispatch/core';
import { configFor } from '../configuration/load.ts';
import type { Surroundings } from '../dispatcher.ts';
import { findExecutable } from './executables.ts';
import { isLoggedIn } from './login.ts';
import { agentVersion } from './version.ts';

/** One agent as it stands on this machine. */
export interface BackendReport {
  /** Its name in the configuration, else that of its type. */
  name: string;
  /** Its type. */
  kind: string;
  configured: boolean;
  /** Absolute where it was found, else what was looked for; null where nothing could be. */
  executable: string | null;
  installed: boolean;
  /** As the program says itself; null where it does not. */
  version: string | null;
  measured: Measured;
  measured_versions: readonly string[];
  /** As the agent says itself; null where it does not, or was not asked because it is not there. */
  logged_in: boolean | null;
  /** What stands in the way, a line each. */
  notes: string[];
  modes: Readonly<Record<ExecutionMode, ModeFacts>>;
  capabilities: Capabilities;
}

/** Every agent that is configured or built in. Programs are asked for version and login; no task is started. */
export async function reportBackends(surroundings: Surroundings): Promise<BackendReport[]> {
  return reportsOn(surroundings, (await configFor(surroundings)).config);
}

/** The same for a configuration that has been read. */
export async function reportsOn(surroundings: Surroundings, config: Config | null): Promise<BackendReport[]> {
  return Promise.all(entriesOf(config).map((entry) => report(surroundings, entry)));
}

interface Entry extends BackendConfig {
  name: string;
  configured: boolean;
}

function entriesOf(config: Config | null): Entry[] {
  const configured = Object.entries(config?.backends ?? {}).map(([name, entry]) => ({
    ...entry,
    name,
    configured: true,
  }));
  const others = backendTypes
    .filter((type) => type !== 'generic' && !configured.some(({ name }) => name === type))
    .map((type) => ({ name: type, type, executable: null, args: [], configured: false }));
  return [...configured, ...others];
}

async function report(surroundings: Surroundings, entry: Entry): Promise<BackendReport> {
  const { name, type, args, configured } = entry;
  const backend = findBackend(type, args);
  if (backend === null) throw new TypeError(`the configuration was read with an unknown type ${type}`);
  const wanted = entry.executable ?? backend.executable;
  const { environment, cwd } = surroundings;
  const executable = wanted === null ? null : findExecutable(wanted, environment, cwd);
  const [version, loggedIn] =
    executable === null
      ? [null, null]
      : await Promise.all([
          agentVersion(surroundings, type, executable),
          isLoggedIn(type, executable, surroundings),
        ]);
  const measured = measuredAs(version, backend.measured_versions);
  const seen = { name, type, wanted, executable, version, measured, loggedIn };
  return {
    name,
    kind: type,
    configured,
    executable: executable ?? wanted,
    installed: executable !== null,
    version,
    measured,
    measured_versions: backend.measured_versions,
    logged_in: loggedIn,
    notes: notesOn(seen, backend.measured_versions),
    modes: backend.modes,
    capabilities: capabilitiesOf(backend),
  };
}

function notesOn(
  seen: {
    type: string;
    wanted: string | null;
    executable: string | null;
    version: string | null;
    measured: Measured;
    loggedIn: boolean | null;
  },
  measuredVersions: readonly string[],
): string[] {
  const { type, wanted, executable, version, measured, loggedIn } = seen;
  if (executable === null)
    return [`${wanted ?? type} was not found: install it, or name its path in the configuration`];
  if (type === 'generic') return [];
  const measuredText = measuredVersions.join(', ');
  return [
    ...(version === null ? [`${executable} does not say its version: it may be broken`] : []),
    ...(measured === 'other'
      ? [`version ${version} was not measured (${measuredText} were): its flags may have changed`]
      : []),
    ...(measuredVersions.length === 0 ? [`${type} was built from its documentation and never measured`] : []),
    ...(loggedIn === false ? [`nobody is logged in to ${type}`] : []),
  ];
}
