export * from './apply.ts';
export { attemptFileStem } from './apply-attempt.ts';
export { pendingQuestions, untakenAnswers } from './apply-question.ts';
