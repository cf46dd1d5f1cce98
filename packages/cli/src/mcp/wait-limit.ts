import { parseDuration } from '@dispatch/core';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Seconds for which a call of `wait` blocks, by what the client says its name is: below the time after which that client
 * gives a call up. Progress counts for nothing here: most limits it does not put off. Measured by running it.
 */
const limits = new Map<string, (environment: Environment) => number>([
  // 2.1.328: half an hour without an answer or progress; or what MCP_TOOL_TIMEOUT says, which its servers are told.
  [
    'claude-code',
    ({ MCP_TOOL_TIMEOUT: ms }) =>
      Math.max(1, Math.floor(Math.min(25 * 60, (Number(ms) || Number.POSITIVE_INFINITY) / 1000 - margin))),
  ],
  // 0.169.0: 300 s, where tool_timeout_sec does not say another time, which its servers are not told.
  ['codex-mcp-client', () => 4 * 60],
]);
/** The clients of the official SDKs give up after 60 s. */
const ofOthers = 50;
const margin = 5;

/**
 * What `--timeout` is to be: what was asked for, unless that is longer than the client's limit. What cannot be read stays, for
 * the command to refuse.
 */
export function waitTimeout(client: string, environment: Environment, asked: unknown): unknown {
  const longest = limits.get(client)?.(environment) ?? ofOthers;
  if (asked === undefined || asked === null) return longest;
  try {
    const seconds = parseDuration(String(asked));
    return seconds === null || seconds > longest ? longest : asked;
  } catch {
    return asked;
  }
}
