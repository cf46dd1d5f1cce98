import type { OwnSessions } from '../backend.ts';

/** Seen with 2.1.328: a session is found only from the folder in which it was begun. */
export function ownSessions(environment: Readonly<Record<string, string | undefined>>): OwnSessions | null {
  const { CLAUDE_CONFIG_DIR: configured, HOME: home } = environment;
  const folder = configured || (home ? `${home}/.claude` : '');
  if (folder === '') return null;
  return {
    folder: `${folder}/projects`,
    depth: 1,
    isFileOf: (id, name) => name === `${id}.jsonl`,
    folderOf: (workspace) => workspace.replaceAll(/[^A-Za-z0-9]/g, '-'),
  };
}
