import { refuseSystemPrompt } from '../argument-limits.ts';
import type { AgentRequest, Backend } from '../backend.ts';
import { piArgv, piInteractiveArgv, systemPrompt } from './argv.ts';
import { classifyStderr } from './failures.ts';
import { hostVariables, isHostPathEntry } from './host.ts';
import { modes } from './modes.ts';
import { probes } from './probes.ts';
import { holdsHistory } from './session-file.ts';
import { createPiParser } from './transcript.ts';

/** The pi coding agent, run as `pi -p`. */
export const pi: Backend = {
  type: 'pi',
  aliases: [],
  executable: 'pi',
  measured_versions: ['0.73.1', '0.87.1'],
  // It runs on node and calls itself `pi` there: `comm` and the first argument, seen in /proc.
  own_executables: ['pi'],
  sessions: 'preallocated',
  has_transcript: true,
  // Only of SIGTERM and SIGHUP it makes an end that takes its tools along.
  interrupt_signal: 'SIGTERM',
  // Retries and compactions follow what looks like the end.
  terminal_grace_ms: null,
  prompt_by: 'stdin',
  // 1 MB was seen to go in whole.
  max_prompt_chars: 1_040_000,
  // Its tool has no time limit of its own; whoever waits longer is asked again in a later attempt.
  ask_limit_seconds: 3600,
  // Neither 0.73.1 nor 0.87.1 knows MCP.
  worker_server_since: null,
  modes,
  // Text goes into the message as it is, pictures beside it.
  attachments: 'files',
  forkable: true,
  tells_usage: 'tokens_and_cost',
  usage_scope: () => ({ tokens: 'turn', cost: 'turn' }),
  host_variables: hostVariables,
  host_values: {},
  isHostPathEntry,
  reserveSession: (newUuid) => ({ kind: 'file', value: `${newUuid()}.jsonl` }),
  refuse: (request) => refuseSystemPrompt(request, systemPrompt),
  caveats: unknownLevel,
  argv: piArgv,
  interactiveArgv: piInteractiveArgv,
  holdsHistory,
  environment: () => ({}),
  createParser: createPiParser,
  classifyStderr,
  probes,
};

/** pi warns of a level that it does not know, and goes on with its default. */
function unknownLevel({ effort, version }: AgentRequest): string[] {
  const known = [
    'off',
    'minimal',
    'low',
    'medium',
    'high',
    'xhigh',
    ...(version === '0.73.1' ? [] : ['max']),
  ];
  if (effort === null || known.includes(effort)) return [];
  return [`pi knows no effort ${effort} and takes its default: it knows ${known.join(', ')}`];
}
