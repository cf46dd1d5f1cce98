import { hostAgents } from '@dispatch/backends';
import { MARK } from '../processes/mark.ts';
import { fits, OFTEN_THE_USERS } from './captured.ts';
import { TASK_DIR } from './marks.ts';

/** Claude Code's extension gives it to the terminals of its editor, too, in which people type. */
const OFTEN_THE_EDITORS = 'CLAUDE_CODE_SSE_PORT';

/** Whether a command is typed by an agent (a tool of a host agent, or a worker), whatever it has for a terminal. */
export function isTypedByAgent(env: Readonly<Record<string, string | undefined>>): boolean {
  if (env[MARK] !== undefined || env[TASK_DIR] !== undefined) return true;
  const names = Object.keys(env).filter((name) => !OFTEN_THE_USERS.test(name) && name !== OFTEN_THE_EDITORS);
  return names.some((name) =>
    hostAgents.some(({ host_variables: known }) => known.some((pattern) => fits(name, pattern))),
  );
}
