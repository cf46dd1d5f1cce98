export { looksLikePlan } from './looks-like-plan.ts';
export { parseChecklist, type ChecklistItem, type Mark } from './parse-checklist.ts';
export { planState, type PlanState } from './plan-state.ts';
export { setMark, type MarkSet } from './set-mark.ts';
