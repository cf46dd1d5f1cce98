import { isMark } from './marks.ts';

/** What a host agent puts into the environment of its tools; a backend is one. */
export interface HostTable {
  /** Exact names, or beginnings that end in `*`. */
  host_variables: readonly string[];
  isHostPathEntry?(entry: string): boolean;
}

export type Environment = Record<string, string>;

/** Names that people set themselves, too: a host's only where something else shows that it is there. */
export const OFTEN_THE_USERS =
  /^(NO_COLOR|FORCE_COLOR|COLORTERM|TERM|LANG|LC_\w+|PAGER|GIT_\w+|GH_\w+|EDITOR|VISUAL|CI)$/;

/** The environment of whoever typed the command, less our marks and what host agents inject. */
export function capturedEnvironment(
  env: Readonly<NodeJS.ProcessEnv>,
  hosts: readonly HostTable[],
): Environment {
  const injected = hosts.map((host) => injectedNames(env, host));
  const captured: Environment = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || isMark(name) || injected.some((isInjected) => isInjected(name))) continue;
    captured[name] = name === 'PATH' ? withoutHostEntries(value, hosts) : value;
  }
  return captured;
}

function injectedNames(env: Readonly<NodeJS.ProcessEnv>, host: HostTable): (name: string) => boolean {
  const matches = (name: string): boolean => host.host_variables.some((pattern) => fits(name, pattern));
  const present = Object.keys(env).some((name) => matches(name) && !OFTEN_THE_USERS.test(name));
  return (name) => matches(name) && (present || !OFTEN_THE_USERS.test(name));
}

export function fits(name: string, pattern: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function withoutHostEntries(path: string, hosts: readonly HostTable[]): string {
  return path
    .split(':')
    .filter((entry) => !hosts.some((host) => host.isHostPathEntry?.(entry) === true))
    .join(':');
}
