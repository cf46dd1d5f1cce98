/**
 * The typed library: what a command does is a function here, which takes {@link Here} first, prints nothing and resolves with
 * what the command prints as JSON. Nothing else is public.
 *
 * @packageDocumentation
 */

// Where
export { here, type Here } from './api/here.ts';

// Tasks
export {
  adoptSession,
  cancelTask,
  createTask,
  enterTask,
  forkTask,
  planStart,
  requestLike,
  resumeTask,
  type NewAdoption,
  type NewFork,
  type NewTask,
} from './api/tasks.ts';
export { readSkill, requestOfAgent } from './api/skills.ts';

// Looking
export {
  everywhere,
  inspectTask,
  listTasks,
  rawLog,
  readEvents,
  readResult,
  readTask,
  readTranscript,
  taskFolder,
  type InStore,
  type ListOptions,
} from './api/look.ts';
export { hasSettled } from '@dispatch/runtime';
export { isTerminal } from '@dispatch/core';

// Following
export {
  acknowledge,
  beginCursor,
  waitForTasks,
  watchEvents,
  watchList,
  watchTasks,
  watchTranscript,
  type Stoppable,
  type WaitOptions,
  type WatchOptions,
} from './api/follow.ts';
export { isEventOf, type EventOf, type TaskEvent } from './api/events.ts';

// Mail
export { answerQuestion, askUser, listQuestions, type NewAnswer, type NewQuestion } from './api/mail.ts';

// Configuration
export {
  bootstrapConfig,
  changeConfig,
  configPaths,
  distrustConfig,
  readiness,
  reportBackends,
  showConfig,
  trustConfig,
  validateConfig,
} from './api/configuration.ts';

// Care
export {
  diagnoseStore,
  examineStore,
  exportTask,
  initStore,
  installService,
  integrateHost,
  integrationText,
  pruneTasks,
  serviceText,
  supervise,
  superviseEverywhere,
  superviseStatus,
  undoIntegration,
  uninstallService,
  type PruneOptions,
} from './api/care.ts';

// Texts
export { dispatcherPrompt, planTemplates, version, workerTemplate, type PlanKind } from './api/texts.ts';
export { conformanceRules } from '@dispatch/runtime';

// The program, for who starts it
export { readEnvelope, type Envelope, type Failed, type Succeeded } from './contract/envelope.ts';
export type { CommandData, CommandLines } from './contract/index.ts';

// Errors
export {
  DispatchError,
  EnvironmentError,
  InternalError,
  NotFoundError,
  RefusedError,
  StoreError,
  UsageError,
  type ErrorKind,
} from '@dispatch/core';

// Records
export type * from './api/records.ts';
