export type { WorkCheckpoint } from './checkpoint.ts';
export { renderFirstPrompt, renderRules, type AskCommand, type FirstPrompt, type SkillToGoBy } from './first-prompt.ts';
export { renderResumePrompt, type ResumePrompt } from './resume-prompt.ts';
export { workerToolsFor, type WorkerTool } from './worker-tools.ts';
export { dispatcherPrompt } from './dispatcher.generated.ts';
export { planTemplates } from './plans.generated.ts';
export type { AnswerToHandOver, FailedCheck, Interruption, Updates } from './updates.ts';
export { workerTemplate } from './template.generated.ts';
