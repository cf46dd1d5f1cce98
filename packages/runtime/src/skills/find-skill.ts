import { readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { NotFoundError, RefusedError, skillForm, skillWish, suggestName, UsageError } from '@dispatch/core';
import type { Surroundings } from '../dispatcher.ts';
import { skillPlaces, type SkillPlace } from './places.ts';

/** A skill as a file; its text is not read yet. Paths are absolute and lead through no link. */
export interface FoundSkill {
  name: string;
  source: string;
  /** That of a SKILL.md, which the text may point into; null for a text of another name. */
  folder: string | null;
  /** Skills of the same name that come later in the order. */
  others: string[];
}

/** Absolute folders. */
export interface SkillSearch {
  /** A path counts from here. */
  from: string;
  workspace: string;
  /** What a path must not lead out of, where it was not the user who wrote it. */
  within?: string | null;
}

const skillFile = 'SKILL.md';

/**
 * The skill that a path (it has a slash, or ends in `.md`) or a name stands for. Throws UsageError `invalid_value`, `not_a_file`; NotFoundError `skill_not_found`, `file_missing`; RefusedError
 * `skill_outside`.
 */
export function findSkill(
  surroundings: Surroundings,
  wanted: string,
  { from, workspace, within = null }: SkillSearch,
): FoundSkill {
  const wish = skillWish(wanted);
  if (wish === 'path') return skillWithin(within, resolve(from, wanted));
  if (wish === null)
    throw new UsageError('invalid_value', `${JSON.stringify(wanted)} can be no name of a skill`, skillForm);
  return skillNamed(wanted, skillPlaces(surroundings, workspace));
}

function skillWithin(within: string | null, path: string): FoundSkill {
  const skill = skillAt(path);
  requireWithin({ file: path, of: within }, skill);
  return skill;
}

function skillAt(path: string): FoundSkill {
  const kind = kindOf(path);
  if (kind === 'missing')
    throw new NotFoundError(
      'file_missing',
      `there is no ${path}`,
      'Name a SKILL.md, the folder that holds one, or another text; a name of a skill has no slash.',
    );
  if (kind === 'other') throw notAFile(path);
  if (kind === 'file') return found(path, []);
  const file = join(path, skillFile);
  if (kindOf(file) === 'file') return found(file, []);
  throw new NotFoundError(
    'skill_not_found',
    `${path} is a folder without a ${skillFile}`,
    'Put one there, or name the file that holds the text.',
  );
}

function skillNamed(name: string, places: readonly SkillPlace[]): FoundSkill {
  const there = places.flatMap(({ folder, of }) => {
    const file = join(folder, name, skillFile);
    return kindOf(file) === 'file' ? [{ file, of }] : [];
  });
  const [first, ...others] = there;
  if (first === undefined) throw noSuchSkill(name, places);
  const skill = found(
    first.file,
    others.map(({ file }) => file).filter((file) => !isSame(file, first.file)),
  );
  requireWithin(first, skill);
  return { ...skill, name };
}

function found(file: string, others: string[]): FoundSkill {
  // A text may be shared by a link while its files lie beside the link.
  const folder = realpathSync(dirname(file));
  const isSkill = basename(file) === skillFile;
  return {
    name: isSkill ? basename(folder) : basename(file).replace(/\.md$/i, ''),
    source: realpathSync(file),
    folder: isSkill ? folder : null,
    others,
  };
}

/** What came with a repository must not hand out, by a link, what lies outside of it. */
function requireWithin(
  { file, of }: { file: string; of: string | null },
  { source, folder }: FoundSkill,
): void {
  if (of === null) return;
  const inside = `${realpathSync(of)}${sep}`;
  const strays = [source, folder ?? source].find((path) => !path.startsWith(inside));
  if (strays === undefined) return;
  throw new RefusedError(
    'skill_outside',
    `${file} leads out of ${of}, to ${strays}`,
    'Look at it. If it is what you mean, name the file itself: --skill FILE.',
  );
}

function noSuchSkill(name: string, places: readonly SkillPlace[]): NotFoundError {
  const looked = places.map(({ folder }) => folder).join(', ');
  const names = places.flatMap(({ folder }) =>
    namesIn(folder).filter((one) => kindOf(join(folder, one, skillFile)) === 'file'),
  );
  return new NotFoundError(
    'skill_not_found',
    `there is no skill ${name} in any of: ${looked}`,
    names.length === 0 ? 'Name its file: --skill FILE.' : suggestName(name, names),
  );
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function kindOf(path: string): 'missing' | 'file' | 'folder' | 'other' {
  try {
    const stat = statSync(path);
    return stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'other';
  } catch {
    return 'missing';
  }
}

function notAFile(path: string): UsageError {
  return new UsageError('not_a_file', `${path} is no regular file`, 'Form: --skill FILE|NAME');
}

function isSame(one: string, other: string): boolean {
  return realpathSync(one) === realpathSync(other);
}
