/** Puts dispatch where a host agent looks for it, and takes it out again. Loaded when it is asked for. */
import type { Surroundings } from '../dispatcher.ts';
import { requireNoSandbox } from '../tasks/at-rest.ts';
import type { HostName, HostPlan } from './host.ts';
import type { FileEffect } from './apply.ts';

export { hostNames, type HostName } from './host.ts';
export type { FileEffect } from './apply.ts';

/** What a host has been given, or what was taken out of it. */
export interface Integrated {
  host_agent: HostName;
  /** Where the host keeps what is the user's. */
  host_home: string;
  files: { path: string; change: FileEffect }[];
  /** Whether anything was written. */
  changed: boolean;
  /** What the user does next; null where nothing is to be done. */
  next: string | null;
}

/** What would be written. */
export interface IntegrationText {
  host_agent: HostName;
  host_home: string;
  /** `whole`: the file is dispatch's; otherwise the text is added to what stands there. */
  files: { path: string; whole: boolean; text: string }[];
}

/**
 * Gives a host all that it needs. May be repeated: what an earlier version wrote is written anew, what somebody else
 * wrote never. Throws RefusedError `sandboxed`, `integration_foreign`, `integration_changed`, `host_config_closed`,
 * UsageError `host_config_invalid`, EnvironmentError `host_unreachable`, StoreError.
 */
export async function integrateHost(surroundings: Surroundings, host: HostName): Promise<Integrated> {
  requireNoSandbox(surroundings, `integrating with ${host}`);
  const plan = await planOf(surroundings, host);
  const { apply } = await import('./apply.ts');
  return apply(plan, surroundings.home, surroundings.program);
}

/** Takes out what `integrateHost` has put there, and nothing else. Throws as above. */
export async function undoIntegration(surroundings: Surroundings, host: HostName): Promise<Integrated> {
  requireNoSandbox(surroundings, `taking dispatch out of ${host}`);
  const plan = await planOf(surroundings, host);
  const { undo } = await import('./undo.ts');
  return undo(plan, surroundings.home);
}

export async function integrationText(surroundings: Surroundings, host: HostName): Promise<IntegrationText> {
  const { files, table, home } = await planOf(surroundings, host);
  return {
    host_agent: host,
    host_home: home,
    files: [
      ...files.map((file) => ({ path: file.path, whole: true, text: file.text })),
      ...(table === null ? [] : [{ path: table.path, whole: false, text: table.text }]),
    ],
  };
}

async function planOf({ environment, program }: Surroundings, host: HostName): Promise<HostPlan> {
  switch (host) {
    case 'pi':
      return (await import('./pi.ts')).planPi({ environment, program });
    case 'claude-code':
      return (await import('./claude-code.ts')).planClaudeCode({ environment, program });
    case 'codex':
      return (await import('./codex.ts')).planCodex({ environment, program });
  }
}
