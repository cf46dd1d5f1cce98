import type { OwnSessions } from '../backend.ts';

/** Seen with 0.169.0: below year, month and day, `rollout-<time>-<id>.jsonl`. */
export function ownSessions(environment: Readonly<Record<string, string | undefined>>): OwnSessions | null {
  const { CODEX_HOME: configured, HOME: home } = environment;
  const folder = configured || (home ? `${home}/.codex` : '');
  if (folder === '') return null;
  return { folder: `${folder}/sessions`, depth: 3, isFileOf: (id, name) => name.endsWith(`-${id}.jsonl`) };
}
