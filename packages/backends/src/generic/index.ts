import type { AgentRequest, Backend } from '../backend.ts';
import { expandArguments, sessionPlaceholder } from './template.ts';
import { createOutputParser } from './transcript.ts';

/**
 * Any command that reads a prompt. `args` are its configured arguments; whether it has native sessions depends on
 * whether they name one by `{session_file}` or `{session_id}`.
 */
export function genericBackend(args: readonly string[]): Backend {
  const session = sessionPlaceholder(args);
  return {
    type: 'generic',
    aliases: [],
    executable: null,
    measured_versions: [],
    own_executables: [],
    sessions: session === null ? 'none' : 'preallocated',
    has_transcript: false,
    interrupt_signal: 'SIGTERM',
    terminal_grace_ms: null,
    max_prompt_chars: null,
    // Below the two minutes after which many agents give a tool call up.
    ask_limit_seconds: 110,
    usage_scope: { tokens: 'turn', cost: 'turn' },
    host_variables: [],
    host_values: {},
    reserveSession: (newUuid) => (session === null ? null : { kind: session, value: newUuid() }),
    refuse: () => null,
    caveat,
    argv: (request) => [...expandArguments(request), ...request.agent_args],
    environment: () => ({}),
    createParser: createOutputParser,
    classifyStderr: () => ({ session_unknown: false, failure: null }),
    probes: { version: { argv: ['--version'], parse: firstVersion }, login: null },
  };
}

function caveat(request: AgentRequest): string {
  const ignored = [
    request.model !== null && !request.backend_args.some((argument) => argument.includes('{model}'))
      ? 'model'
      : null,
    request.effort === null ? null : 'effort',
    request.append_system_prompt === null ? null : 'appended system prompt',
    request.add_dirs.length === 0 ? null : 'additional folders',
  ].filter((name) => name !== null);
  const unpassed = ignored.length === 0 ? '' : `; not passed on: ${ignored.join(', ')}`;
  return `a generic command is confined by nothing but itself, whatever the mode${unpassed}`;
}

function firstVersion(stdout: string): string | null {
  return /\d+\.\d+(\.\d+)?\S*/.exec(stdout)?.[0] ?? null;
}
