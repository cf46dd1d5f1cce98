import type { AgentRequest } from '../backend.ts';
import { callLimitSeconds, workerServerName } from '../worker-server.ts';

/** Flags by which arguments of the user's own decide about the sandbox; codex takes `-s` only once. */
const sandboxFlag =
  /^(-s.*|--sandbox(=.*)?|--approve-for-me|--yolo|--dangerously-bypass-approvals-and-sandbox)$/;

/**
 * Arguments after `codex`, by its grammar of 0.169.0: options stand between `exec` and `resume` (which itself takes no
 * `-s` and no `--add-dir`), and a resumed thread forgets its sandbox, so it is passed every time. `--json` closes the
 * options because `-i FILE...` at the end of the user's own would swallow what follows.
 */
export function codexArgv(request: AgentRequest): string[] {
  const own = [...request.backend_args, ...request.agent_args];
  const argv = ['exec', ...request.backend_args];
  if (!own.includes('--skip-git-repo-check')) argv.push('--skip-git-repo-check');
  if (!own.some((argument) => sandboxFlag.test(argument))) argv.push(...sandbox(request));
  if (request.model !== null) argv.push('-m', request.model);
  if (request.effort !== null) argv.push('-c', setting('model_reasoning_effort', request.effort));
  if (request.append_system_prompt !== null) {
    argv.push('-c', setting('developer_instructions', request.append_system_prompt));
  }
  argv.push(...workerServer(request));
  argv.push(...request.attachments.map((file) => `--image=${file}`));
  argv.push(...request.agent_args.filter((argument) => argument !== '--json'), '--json');
  const { session } = request;
  if (session.kind === 'resume') argv.push('resume', session.locator.value);
  if (session.kind === 'fork') argv.push('fork', session.from.value);
  return [...argv, '-'];
}

/**
 * Its own program on the same session, in the same mode. It would start a daemon that outlives it and keeps the session
 * to itself (seen with 0.169.0).
 */
export function codexInteractiveArgv(request: AgentRequest): string[] | null {
  const { session } = request;
  if (session.kind === 'new') return null;
  const own = [...request.backend_args, ...request.agent_args];
  const id = session.kind === 'resume' ? session.locator.value : session.from.value;
  return [
    session.kind === 'resume' ? 'resume' : 'fork',
    ...request.backend_args,
    ...(own.some((argument) => sandboxFlag.test(argument)) ? [] : sandbox(request)),
    ...['-c', 'features.daemon_auto_start=false'],
    ...(request.model === null ? [] : ['-m', request.model]),
    ...request.agent_args,
    id,
  ];
}

function sandbox(request: AgentRequest): string[] {
  const dirs = [...new Set([request.task_dir, ...request.add_dirs, ...request.commit_paths])];
  const added = dirs.flatMap((dir) => ['--add-dir', dir]);
  switch (request.execution_mode) {
    case 'read_only':
      return readOnlyProfile(`${request.task_dir}/mailbox`);
    case 'standard':
      return added;
    case 'auto':
      return ['-s', 'workspace-write', ...added];
    case 'danger':
      return ['--dangerously-bypass-approvals-and-sandbox'];
  }
}

/** `-s read-only` knows no exception, and without the mailbox nobody could ask. */
function readOnlyProfile(mailbox: string): string[] {
  const files = `{${tomlString(':root')}="read",${tomlString(mailbox)}="write"}`;
  return [
    ...['-c', setting('default_permissions', 'dispatch_read_only')],
    ...['-c', `permissions.dispatch_read_only.filesystem=${files}`],
  ];
}

/**
 * Beside the servers that the user has. `exec` asks nobody, so without approval beforehand each call is denied but in
 * danger-full-access; a server is handed only the variables that are named.
 */
function workerServer({ worker_server: server }: AgentRequest): string[] {
  if (server === null) return [];
  const key = (name: string): string => `mcp_servers.${workerServerName}.${name}`;
  return [
    ...['-c', setting(key('command'), server.command)],
    ...['-c', `${key('args')}=${tomlList(server.args)}`],
    ...['-c', `${key('env_vars')}=${tomlList(server.variables)}`],
    ...['-c', setting(key('default_tools_approval_mode'), 'approve')],
    ...['-c', `${key('tool_timeout_sec')}=${callLimitSeconds}`],
  ];
}

function tomlList(texts: readonly string[]): string {
  return `[${texts.map(tomlString).join(',')}]`;
}

/** One `-c` value as TOML, so that no text can be taken for another type or key. */
export function setting(key: string, text: string): string {
  return `${key}=${tomlString(text)}`;
}

function tomlString(text: string): string {
  // eslint-disable-next-line no-control-regex
  const escaped = text.replace(/["\\\u0000-\u001f\u007f]/g, (character) => {
    if (character === '"' || character === '\\') return `\\${character}`;
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}
