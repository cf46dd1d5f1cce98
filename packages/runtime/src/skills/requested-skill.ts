import { join } from 'node:path';
import { bodyRef, readBody, RefusedError, type Grant, type Skill, type SkillToGoBy } from '@dispatch/core';
import type { FoundSkill } from './find-skill.ts';

/** A skill that a task is to be given, as it read when it was asked for. */
export interface RequestedSkill extends FoundSkill {
  text: string;
}

const bodyPath = 'skill.md';

/** What is recorded of it, and granted; the text is a body of the task. */
export function skillRecord({ name, source, folder, text }: RequestedSkill): Skill {
  return { name, source, folder, body: bodyRef(bodyPath, text) };
}

/** The skill as the worker is given it for the first time. */
export function skillInPrompt({ name, folder, text }: RequestedSkill, taskDir: string): SkillToGoBy {
  return { name, folder, text, path: join(taskDir, bodyPath) };
}

/**
 * The skill that was granted, as it read then: later changes of its source are nobody's business. Null where there is
 * none. Throws RefusedError `grant_mismatch` where its copy holds something else by now.
 */
export function grantedSkill({ skill }: Pick<Grant, 'skill'>, taskDir: string): RequestedSkill | null {
  if (skill === undefined) return null;
  const text = readBody(taskDir, skill.body);
  if (text !== null) {
    const { name, source, folder } = skill;
    return { name, source, folder, text, others: [] };
  }
  throw new RefusedError(
    'grant_mismatch',
    `${join(taskDir, skill.body.path)} does not hold the skill ${skill.name} that the task was given`,
    'start a new task',
  );
}

/** Lines for people: where its text comes from, and what has the same name. */
export function skillNotices(skill: RequestedSkill | undefined): string[] {
  if (skill === undefined) return [];
  const { name, source, others } = skill;
  const passed = others.length === 0 ? '' : `; it goes before ${others.join(', ')}`;
  return [`skill ${name} is ${source}${passed}`];
}
