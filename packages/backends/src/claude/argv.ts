import type { AgentRequest } from '../backend.ts';

/**
 * Arguments after `claude` (2.1.197 and 2.1.328); the prompt is stdin. `--allowedTools` and `--add-dir` take every
 * word up to the next flag, so each is followed by one, and the user's own arguments stand behind a single value.
 */
export function claudeArgv(request: AgentRequest): string[] {
  const argv = ['-p', ...request.backend_args];
  if (request.execution_mode === 'danger') argv.push('--dangerously-skip-permissions');
  else argv.push('--allowedTools', 'Bash', '--permission-mode', 'acceptEdits');
  argv.push('--add-dir', ...new Set([request.task_dir, ...request.add_dirs]));
  argv.push('--output-format', 'stream-json', '--verbose');
  if (request.model !== null) argv.push('--model', request.model);
  if (request.effort !== null) argv.push('--effort', request.effort);
  if (request.append_system_prompt !== null)
    argv.push('--append-system-prompt', request.append_system_prompt);
  const { session } = request;
  if (session.kind === 'resume') argv.push('--resume', session.locator.value);
  else if (session.locator !== null) argv.push('--session-id', session.locator.value);
  return [...argv, ...request.agent_args];
}
