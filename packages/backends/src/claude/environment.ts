import type { AgentRequest } from '../backend.ts';

/** Seconds that `dispatch ask` blocks at most: less than the 120 s after which a Bash call goes to the background. */
export const askLimitSeconds = 110;

/** For the start and the end of `dispatch ask` on a busy machine. */
const marginSeconds = 70;

/** Keeps `dispatch ask` in the foreground, whatever lower limits were set, and the executable as it is. */
export function claudeEnvironment(request: AgentRequest): Record<string, string> {
  const needed = (askLimitSeconds + marginSeconds) * 1000;
  const raised = (name: string, otherwise: number): string =>
    String(Math.max(needed, milliseconds(request.environment[name]) ?? otherwise));
  return {
    // Where unset, 600 s is Claude Code's own maximum.
    BASH_DEFAULT_TIMEOUT_MS: raised('BASH_DEFAULT_TIMEOUT_MS', needed),
    BASH_MAX_TIMEOUT_MS: raised('BASH_MAX_TIMEOUT_MS', 600_000),
    DISABLE_AUTOUPDATER: '1',
  };
}

function milliseconds(value: string | undefined): number | null {
  return value !== undefined && /^\d{1,15}$/.test(value.trim()) ? Number(value) : null;
}
