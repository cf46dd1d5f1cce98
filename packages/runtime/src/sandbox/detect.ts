import type { Claim } from '@dispatch/core';
import { INITIAL_PID_NAMESPACE } from '../processes/identity.ts';
import { MARK } from '../processes/mark.ts';
import type { MachineProbe } from '../processes/probe.ts';
import { firstProcess, type FirstProcess } from './first-process.ts';

/**
 * A sandbox whose processes die with the call that started them, or (`worker`) a server that serves one of our workers;
 * `evidence` is one clause for people.
 */
export interface Sandbox {
  kind: 'codex' | 'helper' | 'other_namespace' | 'worker';
  evidence: string;
}

export interface SandboxQuestion {
  env: Readonly<NodeJS.ProcessEnv>;
  machine: MachineProbe;
  /** The claim of the attempt that our mark names, if it was found. */
  claim?: Pick<Claim, 'pid_namespace'> | null;
  /** Pid 1 as seen from here. */
  first?: () => FirstProcess | null;
}

const HELPERS = [
  'codex-linux-sandbox',
  'bwrap',
  'bubblewrap',
  'sandbox-exec',
  'srt',
  'firejail',
  'nsjail',
  'minijail0',
] as const;

/** Whether we were called from inside a host agent's sandbox; null outside of any, and in a mere container. */
export function detectSandbox({
  env,
  machine,
  claim,
  first = firstProcess,
}: SandboxQuestion): Sandbox | null {
  const variable = Object.keys(env).find((name) => name.startsWith('CODEX_SANDBOX') && env[name] !== '');
  if (variable !== undefined) return { kind: 'codex', evidence: `${variable} is set` };
  const namespace = machine.pidNamespace();
  if (namespace !== '' && namespace !== INITIAL_PID_NAMESPACE) {
    const helper = helperAmong(first());
    if (helper !== null) return { kind: 'helper', evidence: `process 1 of this pid namespace is ${helper}` };
  }
  const mark = env[MARK];
  const claimed = claim?.pid_namespace ?? '';
  if (mark !== undefined && namespace !== '' && claimed !== '' && claimed !== namespace) {
    return {
      kind: 'other_namespace',
      evidence: `the attempt ${mark} runs in another pid namespace than this process`,
    };
  }
  return null;
}

/** By any of its names: codex is one executable that is called by the name of its helper, and `comm` ends after 15 bytes. */
function helperAmong(process: FirstProcess | null): string | null {
  if (process === null) return null;
  return (
    HELPERS.find(
      (name) => process.names.includes(name) || (name.length > 15 && process.comm === name.slice(0, 15)),
    ) ??
    HELPERS.find((name) => process.comm === name) ??
    null
  );
}
