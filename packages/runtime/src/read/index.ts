/**
 * The part of the library that only reads, for whoever wants to start fast: none of what launches, edits or repairs is
 * loaded with it.
 */
export { openDispatcher, surroundingsOf, type Dispatcher, type Surroundings } from '../dispatcher.ts';
export { everywhere, type Found } from './everywhere.ts';
export { everyTask, type TaskFilter } from './filter.ts';
export { listTasks, unreadableRow, type TaskRow } from './list.ts';
export { listEverywhereAgain, listTasksAgain } from './list-again.ts';
export { inspectTask, questionsOf, statusOf, type Inspected, type QuestionsOfTask } from './inspect.ts';
export type { PlanProgress } from './plan-progress.ts';
export { followEvents, readEvents, type EventsRead } from './events.ts';
export { resultOf, type TaskResult } from './result.ts';
export {
  openTranscript,
  partOfTranscript,
  rawLog,
  readTranscript,
  transcriptPlace,
  type RawLog,
} from './logs.ts';
export type { PlacedEvent, Progress, TranscriptReading } from './transcript-reading.ts';
export { isSame as isSameQuestion, untilAnswered, untilAsked, type Outcome } from './until-asked.ts';
export { hasSettled, waitForTasks, type Waited } from './wait.ts';
export type { PendingQuestion, TaskView } from './view.ts';
export { notificationsNow, watchTasks, type Acknowledger, type Notification } from '../cursors/index.ts';
export { isTypedByAgent } from '../environment/index.ts';
export { attemptAbove, type Sandbox } from '../sandbox/index.ts';
