import { refuseSystemPrompt } from '../argument-limits.ts';
import { refuseAttachments } from '../attachments.ts';
import type { AgentRequest, Backend } from '../backend.ts';
import { codexArgv, codexInteractiveArgv, setting } from './argv.ts';
import { classifyStderr } from './failures.ts';
import { hostValues, hostVariables, isHostPathEntry } from './host.ts';
import { modes } from './modes.ts';
import { ownSessions } from './own-sessions.ts';
import { probes } from './probes.ts';
import { createCodexParser } from './transcript.ts';

/** OpenAI's codex, run as `codex exec`. */
export const codex: Backend = {
  type: 'codex',
  aliases: [],
  executable: 'codex',
  measured_versions: ['0.169.0'],
  own_executables: ['codex', 'codex-code-mode-host'],
  sessions: 'captured',
  has_transcript: true,
  interrupt_signal: 'SIGINT',
  // `exec` runs one turn, and a resumed one has been seen elsewhere not to exit after it.
  terminal_grace_ms: 5000,
  prompt_by: 'stdin',
  // It refuses 1,048,576 characters and more; a request of a million, with the worker's rules, goes in whole.
  max_prompt_chars: 1_040_000,
  // Its tool never ends a command for time: it yields after 10 s and the model polls, up to 300 s a poll. So a long
  // wait costs fewer model calls than a short one, and less than 300 s lets one full poll see the answer.
  ask_limit_seconds: 280,
  worker_server_since: '0.169.0',
  modes,
  attachments: 'images',
  forkable: true,
  tells_usage: 'tokens',
  usage_scope: () => ({ tokens: 'thread', cost: 'turn' }),
  host_variables: hostVariables,
  host_values: hostValues,
  isHostPathEntry,
  reserveSession: () => null,
  refuse: (request) =>
    refuseSystemPrompt(request, (text) => setting('developer_instructions', text)) ??
    refuseAttachments(request, 'images', 'codex'),
  caveats,
  argv: codexArgv,
  interactiveArgv: codexInteractiveArgv,
  ownSessions,
  environment: () => ({}),
  createParser: createCodexParser,
  classifyStderr,
  probes,
};

function caveats({ execution_mode: mode, commit_paths: granted }: AgentRequest): string[] {
  if (mode !== 'auto') return [];
  return granted.length === 0
    ? [
        'codex in mode auto cannot commit: its sandbox keeps .git read-only; --allow-commit grants what a commit needs',
      ]
    : [
        `codex may write ${granted[0]}: what git obeys later, outside of the sandbox, lies there, too (docs/security.md)`,
      ];
}
