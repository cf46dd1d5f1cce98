export { dayOfId, isTaskId, timeOfId } from './task-id.ts';
export { matchTaskId, type TaskIdMatch } from './match-task-id.ts';
export { newTaskId } from './new-task-id.ts';
