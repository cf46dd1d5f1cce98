import { refuseAttachments } from '../attachments.ts';
import type { AgentRequest, Backend } from '../backend.ts';
import { refusePrompt } from '../argument-limits.ts';
import { cursorArgv, cursorInteractiveArgv } from './argv.ts';
import { classifyStderr } from './failures.ts';
import { modes } from './modes.ts';
import { probes } from './probes.ts';
import { createCursorParser } from './transcript.ts';

/**
 * Cursor's agent, run as `cursor-agent -p`. It can be had from its maker only, so everything here is from its
 * documentation and from what others report of it; nothing was measured.
 */
export const cursor: Backend = {
  type: 'cursor-agent',
  aliases: ['cursor', 'agent'],
  // Also installed as `agent`, which may be anybody's program.
  executable: 'cursor-agent',
  measured_versions: [],
  own_executables: ['cursor-agent', 'agent'],
  sessions: 'preallocated',
  has_transcript: true,
  interrupt_signal: 'SIGTERM',
  // Known not to exit now and then after it has finished (cursor/cursor#3588).
  terminal_grace_ms: 5000,
  prompt_by: 'argument',
  // So that no text of this length is refused, whatever its characters: none needs more than three bytes a unit.
  max_prompt_chars: 34_000,
  // Below the two minutes after which many agents give a tool call up.
  ask_limit_seconds: 110,
  // It takes servers from its own configuration files only.
  worker_server_since: null,
  modes,
  attachments: 'none',
  forkable: false,
  tells_usage: 'none',
  usage_scope: () => ({ tokens: 'turn', cost: 'turn' }),
  // By cursor.com/docs/agent/terminal.
  host_variables: ['CURSOR_AGENT'],
  host_values: {},
  reserveSession: () => null,
  refuse: (request) => refusePrompt(request) ?? refuseAttachments(request, 'none', 'cursor-agent'),
  caveats,
  argv: cursorArgv,
  interactiveArgv: cursorInteractiveArgv,
  environment: () => ({}),
  createParser: createCursorParser,
  classifyStderr,
  probes,
};

function caveats(request: AgentRequest): string[] {
  const ignored = [
    request.effort === null ? null : 'effort',
    request.append_system_prompt === null ? null : 'appended system prompt',
    request.add_dirs.length === 0 ? null : 'additional folders',
    request.commit_paths.length === 0 ? null : 'what a commit needs',
  ].filter((name) => name !== null);
  return [
    'cursor-agent is driven by its documentation; no version of it was measured',
    'cursor-agent is given its prompt as an argument, which other users of this machine can read while it runs',
    ...(ignored.length === 0 ? [] : [`cursor-agent is not told: ${ignored.join(', ')}`]),
  ];
}
