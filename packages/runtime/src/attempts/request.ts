import {
  findBackend,
  workerServerCaveat,
  type AgentRequest,
  type Backend,
  type SessionPlan,
} from '@dispatch/backends';
import type { Dispatcher } from '../dispatcher.ts';
import { EnvironmentError, RefusedError, type AskCommand, type Grant } from '@dispatch/core';
import { workerServerOf } from '../worker/tools.ts';

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
  given: { taskDir: string; promptFile: string; promptText: string | null; ask: AskCommand; uid: number },
  session: SessionPlan,
): AgentRequest {
  return {
    workspace: grant.workspace,
    task_dir: given.taskDir,
    prompt_file: given.promptFile,
    prompt_text: given.promptText,
    ask: given.ask,
    version: grant.agent_version,
    model: grant.model,
    execution_mode: modeOf(grant),
    effort: grant.effort,
    add_dirs: grant.add_dirs,
    read_dirs: grant.skill?.folder ? [grant.skill.folder] : [],
    commit_paths: grant.commit_paths,
    attachments: grant.attachments,
    append_system_prompt: grant.append_system_prompt,
    backend_args: grant.backend_args,
    agent_args: grant.agent_args,
    session,
    worker_server: workerServerOf(backendOf(grant), grant, given.ask),
    is_root: given.uid === 0,
    environment: grant.environment,
  };
}

/** While a task is discussed its agent only reads, whatever it may do later. */
export function modeOf({
  task_mode: taskMode,
  execution_mode: mode,
}: Pick<Grant, 'task_mode' | 'execution_mode'>) {
  return taskMode === 'discuss' ? 'read_only' : mode;
}

/** The prompt for an agent that takes it as an argument; null for all others. */
export function argumentOf(backend: Backend, prompt: string | Uint8Array): string | null {
  return backend.prompt_by === 'argument' ? Buffer.from(prompt).toString('utf8') : null;
}

/** What is asked for before anything is written: enough to say no, and what is not guaranteed. */
export function earlyRequest(
  { program, machine }: Dispatcher,
  grant: Omit<Grant, 'attempt' | 'attempt_nonce' | 'prompt_sha256'>,
  taskDir: string,
  session: SessionPlan,
  promptText: string | null,
): AgentRequest {
  const whole: Grant = { ...grant, attempt: 0, attempt_nonce: '', prompt_sha256: '' };
  const given = { taskDir, promptFile: '', promptText, ask: program, uid: machine.uid };
  return agentRequest(whole, given, session);
}

/** Throws what the backend says no to, before anything is written. */
export function refuseEarly(backend: Backend, request: AgentRequest): void {
  const refusal = backend.refuse(request);
  if (refusal !== null) throw new RefusedError(refusal.code, refusal.message, refusal.hint);
}

/** What the mode and the rest of the request do not guarantee with this agent, a line each. */
export function caveatsOf(
  backend: Backend,
  request: AgentRequest,
  { worker_tools: tools }: Pick<Grant['settings'], 'worker_tools'>,
): string[] {
  const ofMode = backend.modes[request.execution_mode].caveat;
  const ofTools = tools === 'off' ? [] : workerServerCaveat(backend, request.version);
  return [...(ofMode === null ? [] : [ofMode]), ...backend.caveats(request), ...ofTools];
}
