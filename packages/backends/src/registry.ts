import type { Backend } from './backend.ts';
import { claude } from './claude/index.ts';
import { codex } from './codex/index.ts';
import { cursor } from './cursor/index.ts';
import { genericBackend } from './generic/index.ts';
import { pi } from './pi/index.ts';

const agents: readonly Backend[] = [codex, claude, pi, cursor];

/** Every type that a configuration may name, without aliases. */
export const backendTypes: readonly string[] = ['generic', ...agents.map((backend) => backend.type)];

/** The type that a name or an alias stands for, or null. */
export function findBackendType(name: string): string | null {
  if (backendTypes.includes(name)) return name;
  return agents.find((backend) => backend.aliases.includes(name))?.type ?? null;
}

/** The backend of a type or alias, or null; `backendArgs` are its configured arguments (`backends.<name>.args`). */
export function findBackend(name: string, backendArgs: readonly string[] = []): Backend | null {
  const type = findBackendType(name);
  if (type === 'generic') return genericBackend(backendArgs);
  return agents.find((backend) => backend.type === type) ?? null;
}

/** Every agent that may itself be the host of dispatch, for its `host_variables`. */
export const hostAgents: readonly Backend[] = agents;
