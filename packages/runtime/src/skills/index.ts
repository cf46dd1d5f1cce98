export { findSkill, type FoundSkill, type SkillSearch } from './find-skill.ts';
export { skillPlaces, type SkillPlace } from './places.ts';
export {
  grantedSkill,
  skillInPrompt,
  skillNotices,
  skillRecord,
  type RequestedSkill,
} from './requested-skill.ts';
