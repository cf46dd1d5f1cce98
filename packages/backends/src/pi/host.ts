/** What pi 0.73.1 (the second only) and 0.87.1 put into the environment of their shell tools, seen by running `env` in one. */
export const hostVariables = [
  'AI_AGENT',
  'PI_CODING_AGENT',
  'PI_MODEL',
  'PI_PROVIDER',
  'PI_REASONING_LEVEL',
  'PI_SESSION_FILE',
  'PI_SESSION_ID',
] as const;

/** The folder of the tools that it downloads, put first; one below PI_CODING_AGENT_DIR cannot be told by its name. */
export function isHostPathEntry(entry: string): boolean {
  return /\/\.pi\/agent\/bin\/?$/.test(entry);
}
