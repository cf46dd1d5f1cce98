import { readFileSync } from 'node:fs';
import { findBackend, type Backend } from '@dispatch/backends';
import type { Surroundings } from '../dispatcher.ts';
import { probe } from './probe.ts';

/** Asks the agent itself whether somebody is logged in; null where it does not say so in time. */
export async function isLoggedIn(
  type: string,
  executable: string,
  surroundings: Surroundings,
): Promise<boolean | null> {
  const question = findBackend(type)?.probes.login;
  if (question === null || question === undefined) return null;
  const answer = await probe(surroundings, executable, question.argv);
  const said = answer === null ? null : question.parse(answer);
  return said === false && needsNone(question.unless, surroundings) ? null : said;
}

type Unless = NonNullable<Backend['probes']['login']>['unless'];

function needsNone(unless: Unless, { environment }: Surroundings): boolean {
  const path = unless?.path(environment) ?? null;
  if (unless === undefined || path === null) return false;
  try {
    return unless.holds(readFileSync(path, 'utf8'));
  } catch {
    return false;
  }
}
