export type { WorkCheckpoint } from './checkpoint.ts';
export { renderFirstPrompt, type AskCommand, type FirstPrompt } from './first-prompt.ts';
export { renderResumePrompt, type ResumePrompt } from './resume-prompt.ts';
export type { AnswerToHandOver, Interruption, Updates } from './updates.ts';
