/** What the command line and the library do is a function here. */
export * from './read/index.ts';
export { thisMachine, type MachineProbe } from './processes/index.ts';
export { pruneTasks, type Pruned, type PrunedTask } from './tasks/prune.ts';
export { initRoot } from './tasks/init.ts';
export { createTask } from './tasks/create.ts';
export { requestLike } from './tasks/like.ts';
export type { RunRequest } from './tasks/run-request.ts';
export { resumeTask, type ResumeRequest } from './tasks/resume.ts';
export { forkTask, type ForkRequest } from './tasks/fork.ts';
export { enterTask } from './tasks/enter.ts';
export { adoptSession, type AdoptRequest } from './tasks/adopt.ts';
export { planStart, type StartPlan, type TypedGrant } from './tasks/start.ts';
export { answerQuestion, type Answered } from './tasks/answer.ts';
export { resumeWhereNobodyWaits } from './tasks/go-on.ts';
export { acknowledge, acknowledgeFirst, type Acknowledged } from './cursors/index.ts';
export { cancelTask, type Cancelled } from './tasks/cancel.ts';
export { ask, type Asked, type GivenAnswer } from './tasks/ask.ts';
export * from './worker/index.ts';
export { defaultMode, defaultSettings, type RunOptions } from './tasks/options.ts';
export type { StartedTask } from './tasks/started.ts';
export { exportTask, type ExportedTask } from './export/export-task.ts';
export { superviseEverywhere, type LookedAfter } from './supervisor/everywhere.ts';
export type { StoreStatus } from './supervisor/status.ts';
export { supervise } from './supervisor/supervisor.ts';
export { readLease, type LeaseState } from './supervisor/lease.ts';
export {
  installService,
  serviceText,
  superviseStatus,
  uninstallService,
  type Installed,
  type ServiceStatus,
  type SuperviseStatus,
  type Uninstalled,
} from './service/index.ts';
export {
  hostNames,
  integrateHost,
  integrationText,
  undoIntegration,
  type FileEffect,
  type HostName,
  type Integrated,
  type IntegrationText,
} from './integrate/index.ts';
export { doctor, examinePart, type Diagnosis, type Finding } from './doctor/index.ts';
export { examineStore, type Conformance, type Departure } from './conformance/index.ts';
export { readiness, reportBackends, type BackendReport, type Readiness } from './targets/index.ts';
export {
  findSkill,
  skillPlaces,
  type FoundSkill,
  type RequestedSkill,
  type SkillSearch,
  type SkillPlace,
} from './skills/index.ts';
export * from './configuration/index.ts';
export { rules as conformanceRules, type Rule, type Severity } from './conformance/rules.ts';
export type { StaleReason } from './service/status.ts';
export type { Written } from './service/unit-file.ts';
export type { DefaultTarget } from './targets/ready.ts';
export type { Wish } from './targets/index.ts';
export type { ChangedPath, PathChange } from './workspace/index.ts';
export type { Verification } from './read/view.ts';
