import { UsageError } from '@dispatch/core';
import { findSkill, type RequestedSkill, type SkillSearch, type Surroundings } from '@dispatch/runtime';
import { readTextFile } from './text-file.ts';

/**
 * A skill as it reads now. Throws what `findSkill` throws, and UsageError where its file is no text or says nothing.
 */
export function readSkill(surroundings: Surroundings, wanted: string, search: SkillSearch): RequestedSkill {
  const found = findSkill(surroundings, wanted, search);
  const text = readTextFile(found.source, '--skill');
  if (text.trim() === '')
    throw new UsageError(
      'empty_text',
      `${found.source} is empty`,
      'A skill says how something is to be done.',
    );
  return { ...found, text };
}
