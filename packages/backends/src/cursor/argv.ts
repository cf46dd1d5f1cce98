import type { AgentRequest } from '../backend.ts';

/** Flags by which arguments of the user's own decide what it may do. */
const permissionFlag = /^(-f|--force|--yolo|--plan|--mode(=.*)?|--sandbox(=.*)?)$/;

/**
 * Arguments after `cursor-agent`, as its documentation has them; nothing of it was measured. Without `--trust` its
 * headless form asks about the workspace, and a model belongs to the call, so it is passed on each resume. `--` stands
 * before the prompt, which is the last argument and may begin with a dash.
 */
export function cursorArgv(request: AgentRequest): string[] {
  return [
    ...request.backend_args,
    ...['-p', '--output-format', 'stream-json', '--trust', '--approve-mcps'],
    ...commonArgv(request),
    ...request.agent_args,
    ...(request.prompt_text === null ? [] : ['--', request.prompt_text]),
  ];
}

/** Its own program on the same chat, in the same mode. */
export function cursorInteractiveArgv(request: AgentRequest): string[] | null {
  if (request.session.kind === 'new') return null;
  return [...request.backend_args, ...commonArgv(request), ...request.agent_args];
}

function commonArgv(request: AgentRequest): string[] {
  const { workspace, model, session } = request;
  const own = [...request.backend_args, ...request.agent_args];
  return [
    ...['--workspace', workspace],
    ...(model === null ? [] : ['--model', model]),
    ...(own.some((argument) => permissionFlag.test(argument)) ? [] : modeArgv(request)),
    // Also a new one: `create-chat` has made it, empty, before.
    ...(session.locator === null ? [] : ['--resume', session.locator.value]),
  ];
}

function modeArgv({ execution_mode: mode }: AgentRequest): string[] {
  switch (mode) {
    case 'read_only':
      return ['--mode', 'ask'];
    case 'standard':
      return [];
    case 'auto':
      return ['--sandbox', 'enabled'];
    case 'danger':
      return ['--force'];
  }
}
