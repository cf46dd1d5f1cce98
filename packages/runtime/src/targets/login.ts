import { findBackend } from '@dispatch/backends';
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
  return answer === null ? null : question.parse(answer);
}
