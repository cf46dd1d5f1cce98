export * from './apply.ts';
export { addUsage, attemptFileStem } from './apply-attempt.ts';
export { isSessionPoisoned } from './poisoned.ts';
export { pendingQuestions, untakenAnswers } from './apply-question.ts';
