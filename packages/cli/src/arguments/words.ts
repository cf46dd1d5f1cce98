export { taskModes } from '@dispatch/core';

/** What options take that are one of a few words; commands check by these, and shells complete from them. */
export const statuses = ['pending', 'running', 'awaiting_user', 'completed', 'failed', 'cancelled'] as const;
export const templateKinds = ['generic', 'feature', 'bugfix', 'refactor', 'audit', 'research'] as const;
export const watchedFor = ['terminal', 'question', 'any'] as const;
export const promptsFor = ['dispatcher', 'worker'] as const;
export const hosts = ['pi', 'claude-code', 'codex'] as const;
export const shells = ['bash', 'zsh', 'fish'] as const;
