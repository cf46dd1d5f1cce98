import type { AgentRequest } from '../backend.ts';

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
  argv.push(...request.agent_args.filter((argument) => argument !== '--json'), '--json');
  if (request.session.kind === 'resume') argv.push('resume', request.session.locator.value);
  return [...argv, '-'];
}

function sandbox(request: AgentRequest): string[] {
  if (request.execution_mode === 'danger') return ['--dangerously-bypass-approvals-and-sandbox'];
  const dirs = new Set([request.task_dir, ...request.add_dirs]);
  return ['-s', 'workspace-write', ...[...dirs].flatMap((dir) => ['--add-dir', dir])];
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
