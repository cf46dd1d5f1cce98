import { refuseSystemPrompt } from '../argument-limits.ts';
import { refuseAttachments } from '../attachments.ts';
import type { AgentRequest, Backend, Refusal } from '../backend.ts';
import { claudeArgv, claudeInteractiveArgv } from './argv.ts';
import { compareVersions } from '../measured.ts';
import { askLimitSeconds, claudeEnvironment } from './environment.ts';
import { classifyStderr } from './failures.ts';
import { hostValues, hostVariables } from './host.ts';
import { modes } from './modes.ts';
import { ownSessions } from './own-sessions.ts';
import { probes } from './probes.ts';
import { createClaudeParser } from './transcript.ts';

/** Anthropic's Claude Code, run as `claude -p`. */
export const claude: Backend = {
  type: 'claude',
  aliases: ['claude-code'],
  executable: 'claude',
  measured_versions: ['2.1.197', '2.1.250', '2.1.328'],
  // The npm package names its native executable `claude.exe` on every system.
  own_executables: ['claude', 'claude.exe'],
  sessions: 'preallocated',
  has_transcript: true,
  interrupt_signal: 'SIGINT',
  // A finished background task starts another turn after the first one's end.
  terminal_grace_ms: null,
  prompt_by: 'stdin',
  // It takes 10 MB from stdin, which is far more than any model reads.
  max_prompt_chars: 1_040_000,
  ask_limit_seconds: askLimitSeconds,
  worker_server_since: '2.1.197',
  modes,
  // Its headless form takes text; it reads pictures that the prompt names by itself.
  attachments: 'files',
  forkable: true,
  tells_usage: 'tokens_and_cost',
  // 2.1.197 and 2.1.250 tell the process's own cost, 2.1.328 that of the whole session, killed runs included.
  usage_scope: (version) => ({
    tokens: 'turn',
    cost: version !== null && compareVersions(version, '2.1.250') <= 0 ? 'turn' : 'session',
  }),
  host_variables: hostVariables,
  host_values: hostValues,
  reserveSession: (newUuid) => ({ kind: 'id', value: newUuid() }),
  refuse: (request) =>
    refuseRoot(request) ??
    refuseSystemPrompt(request, (text) => text) ??
    refuseAttachments(request, 'files', 'claude'),
  caveats: () => [],
  argv: claudeArgv,
  interactiveArgv: claudeInteractiveArgv,
  ownSessions,
  environment: claudeEnvironment,
  createParser: createClaudeParser,
  classifyStderr,
  probes,
};

function refuseRoot(request: AgentRequest): Refusal | null {
  if (request.execution_mode !== 'danger' || !request.is_root) return null;
  // 2.1.328 takes `1` only; `yes` and `true` are refused.
  if (request.environment.IS_SANDBOX === '1') return null;
  return {
    code: 'danger_refused_as_root',
    message: 'claude refuses the mode danger for root',
    hint: 'run as another user, use the mode auto, or set IS_SANDBOX=1 where this machine is a sandbox',
  };
}
