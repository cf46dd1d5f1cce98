export * from './apply.ts';
export { addUsage, attemptFileStem } from './apply-attempt.ts';
export { pendingQuestions, untakenAnswers } from './apply-question.ts';
