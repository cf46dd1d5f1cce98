import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Surroundings } from '../dispatcher.ts';

/** A folder of skills: `<folder>/<name>/SKILL.md`. */
export interface SkillPlace {
  folder: string;
  /** The repository (or workspace) that it came with; null: it is the user's own. */
  of: string | null;
}

/** Below a workspace and each folder above it, up to that of its repository; as codex, claude and others look there. */
const inRepositories = ['.agents/skills', '.claude/skills', '.codex/skills'];

/**
 * Where a skill is looked for by its name, in this order. What is the user's own comes first, so that no repository puts
 * other words in the place of those that the user means.
 */
export function skillPlaces({ home, environment }: Surroundings, workspace: string): SkillPlace[] {
  const user = environment['HOME'] || homedir();
  const own = [
    join(home.home, 'skills'),
    join(user, '.agents/skills'),
    join(environment['CLAUDE_CONFIG_DIR'] || join(user, '.claude'), 'skills'),
    join(environment['CODEX_HOME'] || join(user, '.codex'), 'skills'),
  ];
  const folders = upToRepository(workspace);
  const of = folders.at(-1) ?? workspace;
  const theirs = folders.flatMap((folder) => inRepositories.map((name) => join(folder, name)));
  return [
    ...[...new Set(own)].map((folder) => ({ folder, of: null })),
    ...theirs.filter((folder) => !own.includes(folder)).map((folder) => ({ folder, of })),
  ];
}

/** The workspace alone where it is in no repository. */
function upToRepository(workspace: string): string[] {
  const folders: string[] = [];
  for (let folder = workspace; ; folder = dirname(folder)) {
    folders.push(folder);
    if (existsSync(join(folder, '.git'))) return folders;
    if (folder === dirname(folder)) return [workspace];
  }
}
