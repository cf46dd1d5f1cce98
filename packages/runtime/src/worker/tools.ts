import { callLimitSeconds, takesWorkerServer, type Backend, type WorkerServer } from '@dispatch/backends';
import { workerToolsFor, type AskCommand, type Grant, type WorkerTool } from '@dispatch/core';
import { TASK_DIR } from '../environment/index.ts';
import { MARK, MARK_ROOT } from '../processes/mark.ts';

/** Seconds before the agent's own limit of a call at which `ask_user` gives up: an answer must not be lost between them. */
const marginSeconds = 60;

type OfGrant = Pick<Grant, 'runs' | 'settings' | 'task_mode' | 'agent_version'>;

/** The tools that the worker of an attempt is handed; empty where it was so wished, or agent or version can take none. */
export function toolsOf(backend: Backend, grant: OfGrant): readonly WorkerTool[] {
  if (grant.runs !== 'agent' || grant.settings.worker_tools === 'off') return [];
  return takesWorkerServer(backend, grant.agent_version) ? workerToolsFor(grant.task_mode) : [];
}

/** How the agent starts the server of these tools; null where there are none. */
export function workerServerOf(
  backend: Backend,
  grant: OfGrant,
  { node, program }: AskCommand,
): WorkerServer | null {
  const tools = toolsOf(backend, grant);
  if (tools.length === 0) return null;
  const limit = `${callLimitSeconds - marginSeconds}s`;
  return {
    command: node,
    args: [program, 'worker-mcp', '--mode', grant.task_mode, '--timeout', limit],
    variables: [MARK, MARK_ROOT, TASK_DIR],
    tools,
  };
}
