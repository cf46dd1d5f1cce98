import { statSync } from 'node:fs';
import { DispatchError } from '@dispatch/core';
import type { Surroundings } from '../dispatcher.ts';
import { lingers } from './manager.ts';
import { planService, type ServicePlan } from './plan.ts';
import { isLinked, readUnit } from './unit-file.ts';

/** What the user's service manager has of dispatch. */
export interface ServiceStatus {
  /** Null on a system whose services are not known here. */
  manager: 'systemd' | 'launchd' | null;
  path: string | null;
  /** `foreign`: something that dispatch did not write stands in its place. */
  state: 'installed' | 'not_installed' | 'foreign' | 'unreadable';
  enabled: boolean;
  /** Of systemd: whether it runs at boot, not only at a login. */
  lingers: boolean | null;
  /** What it runs, where it is installed. */
  node: string | null;
  program: string | null;
  /** Whether it is other than `supervise --install` would write it now. */
  stale: boolean;
  stale_because: StaleReason[];
}

/** `other_text`: another version wrote it, or a hand. */
export type StaleReason = 'node_gone' | 'program_gone' | 'other_node' | 'other_program' | 'other_text';

export function statusOfService(surroundings: Surroundings): ServiceStatus {
  const plan = planService(surroundings);
  const nothing = { enabled: false, node: null, program: null, stale: false, stale_because: [] };
  if (plan === null) return { manager: null, path: null, state: 'not_installed', lingers: null, ...nothing };
  const place = { manager: plan.manager, path: plan.path, lingers: lingers(plan) };
  const found = lookAtUnit(plan);
  if (typeof found === 'string') return { ...place, state: found, ...nothing };
  if (found.text === null) return { ...place, state: 'not_installed', ...nothing };
  const named = plan.programOf(found.text);
  const because = staleBecause(plan, found.text, surroundings);
  return {
    ...place,
    state: 'installed',
    enabled: found.enabled,
    node: named?.node ?? null,
    program: named?.program ?? null,
    stale: because.length > 0,
    stale_because: because,
  };
}

function lookAtUnit(plan: ServicePlan): { text: string | null; enabled: boolean } | 'foreign' | 'unreadable' {
  try {
    return { text: readUnit(plan), enabled: isLinked(plan) };
  } catch (error) {
    return error instanceof DispatchError && error.code === 'service_foreign' ? 'foreign' : 'unreadable';
  }
}

function staleBecause(plan: ServicePlan, text: string, { program: own }: Surroundings): StaleReason[] {
  if (text === plan.text) return [];
  const named = plan.programOf(text);
  const because: StaleReason[] = [];
  if (named !== null) {
    const { node, program } = named;
    if (!isFile(node)) because.push('node_gone');
    else if (node !== own.node) because.push('other_node');
    if (!isFile(program)) because.push('program_gone');
    else if (program !== own.program) because.push('other_program');
  }
  return because.length === 0 ? ['other_text'] : because;
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
