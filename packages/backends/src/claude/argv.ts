import type { AgentRequest } from '../backend.ts';
import { callLimitSeconds, namedTools, workerServerName } from '../worker-server.ts';

/**
 * Arguments after `claude` (2.1.197 to 2.1.328); the prompt is stdin. Lists such as `--allowedTools` and `--add-dir`
 * take every word up to the next flag, so each is followed by one, and the user's own arguments stand behind a single
 * value.
 */
export function claudeArgv(request: AgentRequest): string[] {
  return [
    ...['-p', ...request.backend_args, ...commonArgv(request)],
    ...serverArgv(request),
    ...['--output-format', 'stream-json', '--verbose'],
    ...chosenArgv(request),
    ...sessionArgv(request),
    ...request.agent_args,
  ];
}

/** Its own program on the same session, in the same mode. */
export function claudeInteractiveArgv(request: AgentRequest): string[] {
  return [
    ...request.backend_args,
    ...commonArgv(request),
    ...chosenArgv(request),
    ...sessionArgv(request),
    ...request.agent_args,
  ];
}

function commonArgv(request: AgentRequest): string[] {
  return [...modeArgv(request), '--add-dir', ...new Set([request.task_dir, ...request.add_dirs])];
}

function modeArgv(request: AgentRequest): string[] {
  // A rule's absolute path begins with two slashes.
  const allowed = [
    ...namedTools(request),
    ...request.attachments.map((file) => `Read(/${pattern(file)})`),
    ...request.read_dirs.map((folder) => `Read(/${pattern(folder)}/**)`),
  ];
  switch (request.execution_mode) {
    case 'read_only': {
      const denied = ['--disallowedTools', 'Write', 'Edit', 'NotebookEdit'];
      return ['--allowedTools', askRule(request), ...allowed, ...denied, '--permission-mode', 'dontAsk'];
    }
    case 'standard':
      return ['--allowedTools', askRule(request), `Edit(/${request.task_dir}/**)`, ...allowed];
    case 'auto':
      return ['--allowedTools', 'Bash', ...allowed, '--permission-mode', 'acceptEdits'];
    case 'danger':
      return ['--dangerously-skip-permissions'];
  }
}

/**
 * A path as a rule has it: in the place of what a rule reads otherwise any character may stand (measured with 2.1.328), which
 * takes in no more than a neighbour of like name.
 */
function pattern(path: string): string {
  return path.replaceAll(/[[\]\\()]/g, '?');
}

/** The worker's way to ask, in the very words of its prompt (2.1.328 compares texts), and no other command. */
function askRule({ ask }: AgentRequest): string {
  return `Bash("${ask.node}" "${ask.program}" ask:*)`;
}

/**
 * Beside the servers that the user has, which `--strict-mcp-config` would turn off. `alwaysLoad`: 2.1.328 shows the model
 * other tools only once it has searched for them; `timeout` is in ms, and no word of progress makes it longer (measured).
 */
function serverArgv({ worker_server: server }: AgentRequest): string[] {
  if (server === null) return [];
  const { command, args } = server;
  const own = { type: 'stdio', command, args, timeout: callLimitSeconds * 1000, alwaysLoad: true };
  return ['--mcp-config', JSON.stringify({ mcpServers: { [workerServerName]: own } })];
}

function chosenArgv({ model, effort, append_system_prompt: system }: AgentRequest): string[] {
  return [
    ...(model === null ? [] : ['--model', model]),
    ...(effort === null ? [] : ['--effort', effort]),
    ...(system === null ? [] : ['--append-system-prompt', system]),
  ];
}

function sessionArgv({ session }: AgentRequest): string[] {
  if (session.kind === 'resume') return ['--resume', session.locator.value];
  const own = session.locator === null ? [] : ['--session-id', session.locator.value];
  return session.kind === 'fork' ? ['--resume', session.from.value, '--fork-session', ...own] : own;
}
