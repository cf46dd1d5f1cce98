import { refuseAttachments } from '../attachments.ts';
import type { AgentRequest, Backend, ModeFacts } from '../backend.ts';
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
    prompt_by: 'stdin',
    max_prompt_chars: null,
    modes: {
      read_only: unconfined,
      standard: unconfined,
      auto: unconfined,
      danger: { ...unconfined, caveat: null },
    },
    attachments: 'none',
    forkable: false,
    tells_usage: 'none',
    // Below the two minutes after which many agents give a tool call up.
    ask_limit_seconds: 110,
    worker_server_since: null,
    usage_scope: () => ({ tokens: 'turn', cost: 'turn' }),
    host_variables: [],
    host_values: {},
    reserveSession: (newUuid) => (session === null ? null : { kind: session, value: newUuid() }),
    refuse: (request) => refuseAttachments(request, 'none', 'a generic command'),
    caveats,
    argv: (request) => [...expandArguments(request), ...request.agent_args],
    interactiveArgv: () => null,
    environment: () => ({}),
    createParser: createOutputParser,
    classifyStderr: () => ({ session_unknown: false, failure: null }),
    probes: { version: { argv: ['--version'], parse: firstVersion }, login: null, newSession: null },
  };
}

const unconfined: ModeFacts = {
  confinement: 'none',
  flags: 'none',
  measured_versions: [],
  caveat: 'a generic command is confined by nothing but itself, whatever the mode',
};

function caveats(request: AgentRequest): string[] {
  const ignored = [
    request.model !== null && !request.backend_args.some((argument) => argument.includes('{model}'))
      ? 'model'
      : null,
    request.effort === null ? null : 'effort',
    request.append_system_prompt === null ? null : 'appended system prompt',
    request.add_dirs.length === 0 ? null : 'additional folders',
  ].filter((name) => name !== null);
  return ignored.length === 0 ? [] : [`a generic command is not told: ${ignored.join(', ')}`];
}

function firstVersion(stdout: string): string | null {
  return /\d+\.\d+(\.\d+)?\S*/.exec(stdout)?.[0] ?? null;
}
