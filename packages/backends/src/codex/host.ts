/** What codex 0.169.0 puts into the environment of its shell tools, seen by running `env` in one. */
export const hostVariables = [
  'CODEX_APPLY_PATCH_PRESERVE_LINE_ENDINGS',
  'CODEX_CI',
  'CODEX_MANAGED_BY_*',
  'CODEX_MANAGED_PACKAGE_ROOT',
  'CODEX_NETWORK_*',
  'CODEX_PERMISSION_PROFILE',
  'CODEX_SANDBOX',
  'CODEX_SANDBOX_NETWORK_DISABLED',
  'CODEX_SESSION_ID',
  'CODEX_THREAD_ID',
  'CODEX_TOOL_CALL_ID',
  'CODEX_VERSION',
] as const;

export const hostValues = {
  COLORTERM: '',
  GH_PAGER: 'cat',
  GIT_PAGER: 'cat',
  LC_ALL: 'C.UTF-8',
  LC_CTYPE: 'C.UTF-8',
  NO_COLOR: '1',
  PAGER: 'cat',
  TERM: 'dumb',
} as const;

/** The folder of its bundled tools, and the one of its own aliases below CODEX_HOME. */
export function isHostPathEntry(entry: string): boolean {
  return /\/vendor\/[^/]+\/(codex-)?path\/?$/.test(entry) || /\/tmp\/arg0\/codex-arg0[^/]*\/?$/.test(entry);
}
