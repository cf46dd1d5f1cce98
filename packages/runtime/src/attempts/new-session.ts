import type { AgentRequest, Backend, SessionPlan } from '@dispatch/backends';
import { probe } from '../targets/probe.ts';

/** Whether the reference of a new session is what a command of the agent prints. */
export function reservesByCommand(backend: Backend): boolean {
  return backend.sessions === 'preallocated' && backend.probes.newSession !== null;
}

/**
 * The plan with the reference of a session that the agent has just made for it, where it makes one by a command. Where
 * that fails, the plan as it was: the session is then learned from the log.
 */
export async function withNewSession(
  backend: Backend,
  executable: string,
  request: AgentRequest,
): Promise<SessionPlan> {
  const { session, workspace } = request;
  const question = backend.probes.newSession;
  if (!reservesByCommand(backend) || question === null) return session;
  if (session.kind !== 'new' || session.locator !== null) return session;
  const environment = { ...request.environment, ...backend.environment(request) };
  const answer = await probe({ environment, cwd: workspace }, executable, question.argv);
  const value = answer?.exit_code === 0 ? question.parse(answer.stdout) : null;
  return value === null ? session : { kind: 'new', locator: { kind: 'id', value } };
}
