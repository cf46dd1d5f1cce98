import { existsSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Surroundings } from '../dispatcher.ts';

/** A folder of skills: `<folder>/<name>/SKILL.md`. */
export interface SkillPlace {
  folder: string;
  /** The repository (or workspace) that it came with; null: it is the user's own. */
  of: string | null;
}

/**
 * Below a workspace and each folder above it, up to that of its repository: where codex 0.169, claude 2.1.328 and pi 0.73
 * look (measured; none of them looks into a plain `skills`).
 */
const inRepositories = ['.agents/skills', '.claude/skills', '.codex/skills', '.pi/skills'];

/**
 * Where a skill is looked for by its name, in this order; the workspace has to be there. What is the user's own comes
 * first, so that no repository puts other words in the place of those that the user means; claude goes by the same rule.
 */
export function skillPlaces({ home, environment }: Surroundings, workspace: string): SkillPlace[] {
  const user = environment['HOME'] || homedir();
  const own = [
    join(home.home, 'skills'),
    join(user, '.agents/skills'),
    join(environment['CLAUDE_CONFIG_DIR'] || join(user, '.claude'), 'skills'),
    join(environment['CODEX_HOME'] || join(user, '.codex'), 'skills'),
    join(environment['PI_CODING_AGENT_DIR'] || join(user, '.pi/agent'), 'skills'),
  ];
  const folders = upToRepository(realpathSync(workspace));
  const of = folders.at(-1) ?? workspace;
  const theirs = folders.flatMap((folder) => inRepositories.map((name) => join(folder, name)));
  return [
    ...[...new Set(own)].map((folder) => ({ folder, of: null })),
    ...theirs.filter((folder) => !own.includes(folder)).map((folder) => ({ folder, of })),
  ];
}

/** The workspace alone where it is in no repository; one of somebody else's, say in a shared folder, is none. */
function upToRepository(workspace: string): string[] {
  const folders: string[] = [];
  const { uid } = statSync(workspace);
  for (let folder = workspace; statSync(folder).uid === uid; folder = dirname(folder)) {
    folders.push(folder);
    if (isRepository(join(folder, '.git'))) return folders;
    if (folder === dirname(folder)) break;
  }
  return [workspace];
}

/** Sandboxes leave empty folders of that name behind (codex 0.169 in `/tmp`). */
function isRepository(git: string): boolean {
  const stat = statSync(git, { throwIfNoEntry: false });
  return stat?.isFile() === true || existsSync(join(git, 'HEAD'));
}
