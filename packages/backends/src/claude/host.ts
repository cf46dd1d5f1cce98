/**
 * What Claude Code 2.1.328 puts into the environment of its shell tools, and of its MCP servers (CLAUDE_PROJECT_DIR is only
 * there), seen by running `env` in one and by printing that of the other. Settings that
 * share the prefix (`CLAUDE_CODE_MAX_RETRIES`, `CLAUDE_CODE_USE_BEDROCK`, …) are the user's and no part of it.
 */
export const hostVariables = [
  'AI_AGENT',
  'CLAUDECODE',
  'CLAUDE_CODE_CHILD_NOTES_DIR',
  'CLAUDE_CODE_CHILD_SESSION',
  'CLAUDE_CODE_ENTRYPOINT',
  'CLAUDE_CODE_EXECPATH',
  'CLAUDE_CODE_LAUNCHED_BY_SESSION_IDS',
  'CLAUDE_CODE_MESSAGING_SOCKET',
  'CLAUDE_CODE_MESSAGING_TOKEN',
  'CLAUDE_CODE_SESSION_ATTENDED',
  'CLAUDE_CODE_SESSION_ID',
  'CLAUDE_CODE_SSE_PORT',
  'CLAUDE_EFFORT',
  'CLAUDE_PID',
  'CLAUDE_PROJECT_DIR',
] as const;

export const hostValues = {
  COREPACK_ENABLE_AUTO_PIN: '0',
  GIT_EDITOR: 'true',
  NoDefaultCurrentDirectoryInExePath: '1',
} as const;
