import type { AgentRequest } from '../backend.ts';

/**
 * Arguments after `pi` (0.73.1 and 0.87.1); the prompt is stdin. `-p` would take a word that follows it for a prompt,
 * so a flag does.
 */
export function piArgv(request: AgentRequest): string[] {
  return [
    ...['-p', '--mode', 'json', ...request.backend_args],
    ...chosenArgv(request),
    ...sessionArgv(request),
    ...request.agent_args,
    ...attachedArgv(request),
  ];
}

/** Its own program on the same session, in the same mode. */
export function piInteractiveArgv(request: AgentRequest): string[] {
  return [...request.backend_args, ...chosenArgv(request), ...sessionArgv(request), ...request.agent_args];
}

function chosenArgv(request: AgentRequest): string[] {
  const { execution_mode: mode, model, effort, append_system_prompt: system } = request;
  return [
    ...(mode === 'read_only' ? ['--tools', 'read,grep,find,ls'] : []),
    ...(model === null ? [] : ['--model', model]),
    ...(effort === null ? [] : ['--thinking', effort]),
    ...(system === null ? [] : ['--append-system-prompt', systemPrompt(system)]),
  ];
}

/** pi takes the name of a file for the file's content; no file that anybody has is named with a newline at its end. */
export function systemPrompt(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}

/** With `--fork` pi chooses the file of the copy itself; so a fork is given a copy that has been made already. */
function sessionArgv({ session }: AgentRequest): string[] {
  return session.locator === null ? [] : ['--session', session.locator.value];
}

/** Files become part of the message that they come with, so a session that goes on has them already. */
function attachedArgv({ session, attachments }: AgentRequest): string[] {
  return session.kind === 'resume' ? [] : attachments.map((file) => `@${file}`);
}
