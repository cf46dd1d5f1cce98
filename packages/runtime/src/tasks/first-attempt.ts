import { findBackend, hostAgents, type Backend } from '@dispatch/backends';
import {
  newNonce,
  renderFirstPrompt,
  sha256,
  UsageError,
  type ExecutionMode,
  type Settings,
  type Target,
  type Task,
} from '@dispatch/core';
import { typedAnew } from '../attempts/automatic.ts';
import { withNewSession } from '../attempts/new-session.ts';
import type { AttemptDraft } from '../attempts/start.ts';
import { argumentOf, caveatsOf, earlyRequest, refuseEarly } from '../attempts/request.ts';
import { planSession } from '../attempts/session-plan.ts';
import type { Dispatcher } from '../dispatcher.ts';
import { capturedEnvironment } from '../environment/index.ts';
import { skillInPrompt, skillRecord } from '../skills/index.ts';
import { agentVersion } from '../targets/index.ts';
import { toolsOf } from '../worker/tools.ts';
import { grantedOptions } from './options.ts';
import { optionsOf, type RunRequest } from './run-request.ts';

/** Prompt, session and grant of the first attempt; everything that may be refused is refused here. */
export async function prepareFirst(
  dispatcher: Dispatcher,
  options: {
    request: RunRequest & { execution_mode: ExecutionMode };
    prompt: string;
    workspace: string;
    target: Target;
    settings: Settings;
    id: string;
  },
) {
  const { request, workspace, target, settings, id } = options;
  const { store, environment } = dispatcher;
  const backend = findBackend(target.backendType, target.args);
  if (backend === null) throw new UsageError('unknown_backend', `no backend of type ${target.backendType}`);
  const taskDir = store.taskDir(id);
  const { begins_from: from = null } = request;
  const beginsFrom = from === null ? null : { how: from.how, session: from.session };
  const planned = planSession(backend, { id, session: null } as Task, 'run', dispatcher.home, {
    from: beginsFrom,
  });
  const grant: AttemptDraft['grant'] = {
    version: 1,
    task_id: id,
    ...typedAnew,
    root: store.ref,
    workspace,
    backend: target.backend,
    backend_type: target.backendType,
    executable: target.executable,
    agent_version: await agentVersion(dispatcher, target.backendType, target.executable),
    backend_args: [...target.args],
    model: target.model,
    execution_mode: request.execution_mode,
    task_mode: request.task_mode,
    settings,
    ...grantedOptions(optionsOf(request), workspace),
    ...(request.skill === undefined ? {} : { skill: skillRecord(request.skill) }),
    begins_from: beginsFrom,
    environment: capturedEnvironment({ ...environment }, hostAgents),
    request_sha256: sha256(options.prompt),
  };
  const prompt = renderFirstPrompt({
    taskDir,
    promptPath: `${taskDir}/prompt.md`,
    workspaceRoot: workspace,
    request: options.prompt,
    taskMode: request.task_mode,
    ask: dispatcher.program,
    skill: request.skill === undefined ? null : skillInPrompt(request.skill, taskDir),
    tools: toolsOf(backend, grant),
    isFork: planned.kind === 'fork',
    caveats: attachmentNotes(backend, request.attachments),
    maxChars: backend.max_prompt_chars,
  });
  const agent = earlyRequest(dispatcher, grant, taskDir, planned, argumentOf(backend, prompt));
  refuseEarly(backend, agent);
  const session = request.no_agent ? planned : await withNewSession(backend, grant.executable, agent);
  const first: Omit<AttemptDraft, 'workspaceBefore'> = {
    cause: planned.kind === 'fork' ? 'fork' : 'run',
    automatic: false,
    target: null,
    nonce: newNonce(),
    grant,
    prompt,
    message: null,
    answers: [],
    session,
    environmentChanged: [],
  };
  return { first, caveats: [...caveatsOf(backend, agent, settings), ...checkNotes(backend, grant)] };
}

/** Whoever confines the agent would not expect it of a command that runs what the agent has written. */
function checkNotes(backend: Backend, { execution_mode: mode, settings }: AttemptDraft['grant']): string[] {
  if (settings.verify === null || backend.modes[mode].confinement === 'none') return [];
  return [`the check runs as you, outside of what mode ${mode} confines ${backend.type} to`];
}

/** An agent that reads files by itself is told of those that the user attached. */
function attachmentNotes(backend: Backend, attachments: readonly string[]): string[] {
  if (backend.attachments !== 'files') return [];
  return attachments.map((file) => `the user attached ${file}; look at it before you begin.`);
}
