export type { WorkCheckpoint } from './checkpoint.ts';
export { renderFirstPrompt, renderRules, type AskCommand, type FirstPrompt } from './first-prompt.ts';
export { renderResumePrompt, type ResumePrompt } from './resume-prompt.ts';
export type { AnswerToHandOver, FailedCheck, Interruption, Updates } from './updates.ts';
