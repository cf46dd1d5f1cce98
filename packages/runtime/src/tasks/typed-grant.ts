import { hostAgents } from '@dispatch/backends';
import type { ExecutionMode } from '@dispatch/core';
import { typedAnew, type bare } from '../attempts/automatic.ts';
import type { Dispatcher } from '../dispatcher.ts';
import { capturedEnvironment } from '../environment/index.ts';
import { agentVersion } from '../targets/index.ts';

/** What was allowed before, as whoever types now has it: environment, installed version, and a mode where one is named. */
export async function typedGrant(
  dispatcher: Dispatcher,
  allowed: ReturnType<typeof bare>,
  mode: ExecutionMode | null,
): Promise<ReturnType<typeof bare>> {
  return {
    ...allowed,
    ...typedAnew,
    root: dispatcher.store.ref,
    agent_version: await agentVersion(dispatcher, allowed.backend_type, allowed.executable),
    environment: capturedEnvironment({ ...dispatcher.environment }, hostAgents),
    // Never the one of the record, which a worker can write.
    execution_mode: mode ?? allowed.execution_mode,
  };
}
