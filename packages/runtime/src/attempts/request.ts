import { findBackend, type AgentRequest, type Backend, type SessionPlan } from '@dispatch/backends';
import { EnvironmentError, RefusedError, type Grant } from '@dispatch/core';

/** The backend that a grant names, adapted to its configured arguments. Throws EnvironmentError `unknown_backend`. */
export function backendOf(grant: Pick<Grant, 'backend_type' | 'backend_args'>): Backend {
  const backend = findBackend(grant.backend_type, grant.backend_args);
  if (backend === null)
    throw new EnvironmentError(
      'unknown_backend',
      `this version knows no backend of type ${grant.backend_type}`,
      'use the version that made the task',
    );
  return backend;
}

/** What the agent is asked for: everything from the grant, nothing from the root but paths. */
export function agentRequest(
  grant: Grant,
  paths: { taskDir: string; promptFile: string },
  session: SessionPlan,
  uid: number,
): AgentRequest {
  return {
    workspace: grant.workspace,
    task_dir: paths.taskDir,
    prompt_file: paths.promptFile,
    model: grant.model,
    execution_mode: grant.execution_mode,
    effort: grant.effort,
    add_dirs: grant.add_dirs,
    append_system_prompt: grant.append_system_prompt,
    backend_args: grant.backend_args,
    agent_args: grant.agent_args,
    session,
    is_root: uid === 0,
    environment: grant.environment,
  };
}

/** Throws what the backend says no to, before anything is written. */
export function refuseEarly(backend: Backend, request: AgentRequest): void {
  const refusal = backend.refuse(request);
  if (refusal !== null) throw new RefusedError(refusal.code, refusal.message, refusal.hint);
}
